import { accountCommand } from './accounts.js';
import type { Command } from './spec.js';
import { peopleTexts as texts } from './texts/people.js';

const lock = accountCommand({
  name: 'lock',
  summary: 'Locks an account of this server: it cannot do anything until it is unlocked. Needs a server admin.',
  kind: 'lock',
  words: () => ({ locked: texts.locked, held: texts.wasLocked }),
  back: 'unlock',
});

const unlock = accountCommand({
  name: 'unlock',
  summary: 'Unlocks an account of this server.',
  kind: 'unlock',
  words: () => ({ unlocked: texts.unlocked, held: texts.wasNotLocked }),
});

export const lockCommands: readonly Command[] = [lock, unlock];
