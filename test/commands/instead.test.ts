import { describe, expect, it } from '@jest/globals';
import { findCommand } from '../../src/commands/table.js';
import { askedOf } from './services.js';

describe('words of other bots that have no counterpart', () => {
  it.each([
    ['rooms setup #lobby:example.org reporting', 'Nothing has to be set up'],
    ['rooms setup reporting', 'Nothing has to be set up'],
    ['safe-mode', 'go dry'],
    ['allow-invite @someone:good.example', '!heimdall allow USER'],
  ])('say what takes their place, and change nothing: %s', async (words, place) => {
    const { say, actions, settings } = askedOf();
    const before = structuredClone(settings);
    expect(await say(words)).toContain(place);
    expect(actions).toEqual([]);
    expect(settings).toEqual(before);
  });

  it('name only commands that are there', async () => {
    const { say } = askedOf();
    const said = (await Promise.all(['rooms setup', 'safe-mode', 'allow-invite'].map((words) => say(words)))).join(
      '\n',
    );
    const named = [...said.matchAll(/!heimdall ([a-z ]+)/g)].map(([, words = '']) => words.trim().split(' '));
    expect(named.length).toBeGreaterThan(5);
    for (const words of named) expect(findCommand(words.map((text) => ({ text })))).toBeDefined();
  });

  it('know a dry run when it is one', async () => {
    const { say, services } = askedOf();
    Object.assign(services.config, { dry_run: true });
    expect(await say('safe-mode')).toContain('this is a dry run');
  });
});
