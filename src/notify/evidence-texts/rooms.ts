import { form, quoted, type Form } from './parts.js';

/** Sentences about pictures and rooms. */
export const ROOMS: readonly Form[] = [
  form('The avatar is the official one of (\\S+)\\.', (userId) => `Das Profilbild ist das offizielle von ${userId}.`),
  form(
    'The avatar is a copy of the official one of (\\S+)\\.',
    (userId) => `Das Profilbild ist eine Kopie des offiziellen von ${userId}.`,
  ),
  form(
    'The avatar looks like the official one of (\\S+)\\.',
    (userId) => `Das Profilbild sieht aus wie das offizielle von ${userId}.`,
  ),
  form(
    'The room claims the official alias (.*), which does not lead to it\\.',
    (alias) => `Der Raum gibt den offiziellen Alias ${alias} als seinen aus; der führt nicht zu ihm.`,
  ),
  form(
    'The alias (.*) (is on a server whose name resembles that of|resembles that of) the official room (.*)\\.',
    (alias, how, room) =>
      how === 'resembles that of'
        ? `Der Alias ${alias} ähnelt dem des offiziellen Raums ${room}.`
        : `Der Alias ${alias} ist auf einem Server, dessen Name dem des offiziellen Raums ${room} ähnelt.`,
  ),
  form(
    `The room's name "(.*?)" (is that of|is in disguise that of|resembles that of) the official room (.*?), "(.*)"\\.`,
    (name, how, room, official) =>
      `Der Raumname ${quoted(name)} ${ROOM_NAME[how] ?? how} des offiziellen Raums ${room}, ${quoted(official)}.`,
  ),
  form(
    `The room's topic is that of the official room (.*)\\.`,
    (room) => `Das Thema des Raums ist das des offiziellen Raums ${room}.`,
  ),
  form(
    `The room's avatar is that of the official room (.*)\\.`,
    (room) => `Das Bild des Raums ist das des offiziellen Raums ${room}.`,
  ),
  form(
    `The room's avatar looks like that of the official room (.*)\\.`,
    (room) => `Das Bild des Raums sieht aus wie das des offiziellen Raums ${room}.`,
  ),
];

const ROOM_NAME: Readonly<Record<string, string>> = {
  'is that of': 'ist der',
  'is in disguise that of': 'ist verkleidet der',
  'resembles that of': 'ähnelt dem',
};
