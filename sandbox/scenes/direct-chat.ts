import { Person } from '../synapse/person.js';
import type { Scene } from './scene.js';

/** The usual scam: an invite to a direct chat. Heimdall is not in that room; only the invite tells of it. */
export const directChat: Scene = {
  title: 'An invite to a direct chat from a look-alike on another server',
  async play({ jotunheim, people }) {
    const displayName = 'Asgard (Official Acc0unt)';
    const impostor = await Person.register(jotunheim, 'server-asgard', { displayName });
    await impostor.createRoom({ direct: true, name: 'Your account will be closed', invite: [people.bragi.userId] });
    return {
      impostor,
      displayName,
      inLobby: false,
      at: Date.now(),
      told: `invites ${people.bragi.userId} to a direct chat called "Your account will be closed"`,
    };
  },
};
