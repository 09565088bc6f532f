import { Person } from '../synapse/person.js';
import { waitFor } from '../wait.js';
import type { Scene } from './scene.js';

/**
 * A look-alike that has sat in a room of another server all the time. When one of us joins there, the homeserver tells
 * Heimdall of that one join only: it has to look around by itself.
 */
export const waitingInside: Scene = {
  title: 'A look-alike already inside a remote room that one of us joins',
  async play({ jotunheim, people }) {
    const displayName = '\u{1d400}sgard (\u{1d40e}fficial \u{1d400}ccount)';
    const impostor = await Person.register(jotunheim, 'helpdesk', { displayName });
    const tavern = await people.skadi.createRoom({ name: 'Tavern', alias: 'tavern', public: true });
    await impostor.join(tavern);
    await people.bragi.join(`#tavern:${jotunheim.serverName}`);
    await waitFor(async () => (await people.bragi.members(tavern)).has(impostor.userId), {
      what: 'the tavern to be known on asgard.test',
    });
    return {
      impostor,
      displayName,
      inLobby: false,
      at: Date.now(),
      told: `sits in #tavern:${jotunheim.serverName}, in mathematical letters, when ${people.bragi.userId} joins that room`,
    };
  },
};
