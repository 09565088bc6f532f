import { Person } from '../synapse/person.js';
import type { Scene } from './scene.js';

/** A stranger of another server whose name looks official to the eye: eight of its letters are Cyrillic. */
export const cyrillicName: Scene = {
  title: 'A remote account with Cyrillic letters in its name',
  async play({ jotunheim, lobbyAlias }) {
    const displayName = '\u0410sg\u0430rd (\u041effi\u0441i\u0430l \u0410\u0441\u0441ount)';
    const impostor = await Person.register(jotunheim, 'maria', { displayName });
    await impostor.join(lobbyAlias);
    return {
      impostor,
      displayName,
      inLobby: true,
      at: Date.now(),
      told: 'joins the lobby over federation; А, а, О and с in the name are Cyrillic',
    };
  },
};
