import type { Inline } from '../../matrix/message.js';
import { counted } from '../../util/counted.js';
import { catalogue } from '../../util/catalogue.js';
import { de } from './de/undo.js';

/** Texts about undoing. */
const en = {
  what: 'What is to be undone?',
  howTo: 'Write: undo case 12, undo since 1h, or reply undo to an answer of mine. Nothing was done.',
  noCase: (said: string) => `There is no case ${said}.`,
  casesRemedy: '!heimdall cases lists them. Nothing was done.',
  onlyOwn: 'You can take back what you did yourself.',
  onlyOwnRemedy: 'Write: undo since 1h. For others: reply undo to an answer of mine. Nothing was done.',
  sinceWhen: 'Since when?',
  sinceRemedy: 'Write: undo everything of the last hour, or undo since 30m. Nothing was done.',
  ask: (count: number) => `Take back ${counted(count, 'action')} of yours?`,
  more: (count: number) => `… and ${count} more.`,
  nothing: 'There was nothing to undo.',
  nothingLeft: 'There was nothing left to undo.',
  cannot: (kinds: string) => `That cannot be undone: ${kinds}.`,
  alsoCannot: (kinds: string) => ` Cannot be undone: ${kinds}.`,
  done: (count: number) => `Undone: ${counted(count, 'action')}. Bans that only those rules wanted are lifted.`,
  restored: ' Ban rules that were removed stand again.',
  caseNothing: (id: number) => `There was nothing to undo for Case ${id}.`,
  caseDone: (id: number, removed: number, other: number) => {
    const more = other > 0 ? `; ${other} more taken back` : '';
    const itOrThey = removed === 1 ? 'it' : 'they';
    const done =
      removed === 0
        ? `${counted(other, 'action')} taken back`
        : `${counted(removed, 'rule')} removed, with the bans that only ${itOrThey} required${more}`;
    return `Undone for Case ${id}: ${done}. The case stays as it is.`;
  },
  caseCannot: (kinds: readonly string[]) => ` What cannot be taken back: ${kinds.join(', ')}.`,
  /** what cannot be taken back */
  stays: { redact: 'redacted messages', kick: 'kicks', deactivate: 'deactivated accounts' },
  countsAnew: ' The next offence counts as the first again.',
  elsewhere: (count: number) => ` It stays banned by ${counted(count, 'rule')} elsewhere.`,
  /** a kind of action, in words */
  kinds: {
    write_rule: 'rule written:',
    remove_rule: 'rule removed:',
    mute: 'muted',
    suspend: 'suspended',
    deactivate: 'deactivated',
    kick: 'kicked',
    redact: 'redacted a message of',
    redact_user: 'redacted messages of',
    lockdown: 'room set to invite only:',
    quarantine_media: 'media quarantined of',
    change: 'changed:',
    ban: 'banned',
    unban: 'ban lifted:',
  } as Record<string, string>,
  one: (kind: string, whom: string): Inline[] => [`${en.kinds[kind] ?? kind.replaceAll('_', ' ')} `, { code: whom }],
  names: (kinds: readonly string[]) =>
    [
      ...new Set(
        kinds.map((kind) => (en.kinds[kind] ?? kind.replaceAll('_', ' ')).replace(/:$| (?:a message )?of$/, '')),
      ),
    ].join(', '),
};

export type English = typeof en;
export const undoTexts = catalogue({ en, de });
