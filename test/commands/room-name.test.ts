/** A room's name where its id is wanted: refused, with what is right, and the room that may be meant. */
import { describe, expect, it } from '@jest/globals';
import { HeimdallError } from '../../src/util/errors.js';
import { speak } from '../../src/util/language.js';
import { room } from '../enforcement/fixtures.js';
import { askedOf } from './services.js';

const named = (roomId: string, name: string | null, canonicalAlias: string | null = null) =>
  Object.assign(room({ roomId }), { name, canonicalAlias, avatarUrl: null });
const asked = () =>
  askedOf({
    rooms: [
      named('!lobby:example.org', 'Lobby', '#lobby:example.org'),
      named('!talk:example.org', 'Small  Talk'),
      named('!one:example.org', 'Twice'),
      named('!two:example.org', 'twice'),
      named('!nameless:example.org', null),
    ],
  });

/** What is refused, and what was done all the same. */
async function refusal(words: string): Promise<string> {
  const { say, actions, settings } = asked();
  const before = JSON.stringify(settings);
  try {
    return `DONE ${await say(words)}`;
  } catch (error) {
    if (!(error instanceof HeimdallError)) throw error;
    expect(actions).toEqual([]);
    expect(JSON.stringify(settings)).toBe(before);
    return `${error.message} ${error.remedy ?? ''}`;
  }
}

describe('a bare room name', () => {
  it.each([
    'preview lobby',
    'rooms remove LOBBY',
    'lockdown "lobby"',
    'say lobby hello',
    'enable WordList lobby',
    'enable WordList in Lobby',
    'powerlevel @x:evil.example 50 lobby',
    'since 1h show 5 lobby',
    'quarantine-media lobby',
    'report lobby spam',
    'config set BasicFlooding.max 20 lobby',
  ])('is refused with the room that has it: %s', async (words) => {
    expect(await refusal(words)).toMatch(/Did you mean #lobby:example\.org\?/);
  });

  it('may be of several words, and is found by its id where there is no alias', async () => {
    expect(await refusal('preview small talk')).toMatch(/Did you mean !talk:example\.org\?/);
    expect(await refusal('enable WordList Small Talk')).toMatch(/Did you mean !talk:example\.org\?/);
  });

  it.each(['preview twice', 'enable WordList twice', 'preview garden', 'preview null', 'preview talk', 'verify lobby'])(
    'suggests nothing where it is of several rooms or of none: %s',
    async (words) => {
      expect(await refusal(words)).not.toMatch(/DONE|Did you mean/);
    },
  );

  it.each(['preview garden', 'enable WordList garden', 'quarantine-media garden', 'since 1h show 5 garden'])(
    'is told what is right: %s',
    async (words) => {
      expect(await refusal(words)).toMatch(/\b(?:room )?ID\b.*\balias\b.*\blink\b/i);
    },
  );

  it('is answered in German too', async () => {
    speak('de');
    try {
      expect(await refusal('preview lobby')).toMatch(/Meintest du #lobby:example\.org\?.*Raumkennung.*Link/s);
    } finally {
      speak('en');
    }
  });
});
