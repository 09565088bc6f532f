import { Person } from '../synapse/person.js';
import type { Scene } from './scene.js';

/** A new account of our own server: a digit for a letter in the id, and the official name. */
export const localLookalike: Scene = {
  title: 'A look-alike id on our own server',
  async play({ asgard, rooms }) {
    const displayName = 'Asgard Official Account';
    const impostor = await Person.register(asgard, '5erver', { displayName });
    await impostor.join(rooms.lobby);
    return {
      impostor,
      displayName,
      inLobby: true,
      at: Date.now(),
      told: 'registers with a digit for a letter and walks into the lobby',
    };
  },
};
