import { accountCommand } from './accounts.js';
import { lockTexts as texts } from './texts/locks.js';
import type { Command } from './spec.js';

const lock = accountCommand({
  name: 'lock',
  summary: texts.lock,
  kind: 'lock',
  words: { locked: texts.locked, held: texts.wasLocked },
  back: 'unlock',
});

const unlock = accountCommand({
  name: 'unlock',
  summary: texts.unlock,
  kind: 'unlock',
  words: { unlocked: texts.unlocked, held: texts.wasNotLocked },
});

export const lockCommands: readonly Command[] = [lock, unlock];
