import { Person } from '../synapse/person.js';
import type { Scene } from './scene.js';

/** An account that has been among us for long, under an honest name, until it changes its shape. */
export const rename: Scene = {
  title: 'A long-standing account takes the official name',
  async play({ asgard, rooms, moderators }) {
    const impostor = await Person.register(asgard, 'karl', { displayName: 'Karl' });
    await impostor.join(rooms.lobby);
    await impostor.sendMessage(rooms.lobby, 'Hello, I am Karl, and I mean no harm.');
    await moderators.freya.waitForEvent(
      rooms.lobby,
      (event) => event.sender === impostor.userId && event.type === 'm.room.message',
    );
    const displayName = 'Asgard (Official\u200b Account)';
    await impostor.setDisplayName(displayName);
    return {
      impostor,
      displayName,
      inLobby: true,
      at: Date.now(),
      told: 'was Karl until now; the new name hides a zero-width space',
    };
  },
};
