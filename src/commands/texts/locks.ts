/** Sentences of the commands that lock and unlock accounts of this server. */
export const lockTexts = {
  lock: 'Locks an account of this server: it cannot do anything until it is unlocked. Needs a server admin.',
  locked: 'is locked now.',
  wasLocked: 'was locked or deactivated already.',
  unlock: 'Unlocks an account of this server.',
  unlocked: 'is unlocked.',
  wasNotLocked: 'was not locked.',
} as const;
