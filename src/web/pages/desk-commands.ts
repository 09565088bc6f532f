/**
 * What the pages may ask for: the words of commands, numbers of cases, reasons out of a list, and what this moderator
 * wrote as a note. Nothing that a stranger could have written stands in a command.
 */

/** Reasons to choose from, in English: they stand in rules and in the audit, which everybody reads. */
export const REASONS = {
  ban: ['impersonation', 'fraud', 'spam', 'harassment', 'illegal content'],
  dismiss: ['mistaken identity', 'harmless', 'known here', 'parody'],
} as const;

export type ReasonedCommand = keyof typeof REASONS;

const either = (words: readonly string[]): string => words.join('|');
const COMMAND = new RegExp(
  `^(?:ban case \\d{1,15}(?: (?:${either(REASONS.ban)}))?|dismiss \\d{1,15}(?: (?:${either(REASONS.dismiss)}))?|` +
    '(?:redact|undo|mail forward|warn victims) case \\d{1,15}|campaign ban case \\d{1,15} --yes|' +
    '(?:reopen|close|claim) \\d{1,15})$',
);

/** Says whether the pages offer this command. */
export function isOffered(command: string): boolean {
  return COMMAND.test(command);
}

/** The number of the case that an offered command is about. */
export function caseOf(command: string): number {
  return Number(/ (\d{1,15})(?: |$)/.exec(command)?.[1]);
}

/**
 * The reasons that may be offered for a command: `ban` takes a watched list's shortcode behind its target for that
 * list, so a reason that begins with one is left out.
 */
export function reasonsFor(kind: ReasonedCommand, shortcodes: readonly string[]): string[] {
  const taken = new Set(shortcodes.map((one) => one.toLowerCase()));
  return REASONS[kind].filter((reason) => !taken.has(reason.split(' ')[0] ?? ''));
}

/** A command with the reason that was chosen for it; one that is not on offer is left out. */
export function withReason(command: string, reason: string, shortcodes: readonly string[]): string {
  const [kind = ''] = command.split(' ');
  if (!Object.hasOwn(REASONS, kind)) return command;
  return reasonsFor(kind as ReasonedCommand, shortcodes).includes(reason) ? `${command} ${reason}` : command;
}

const MOST_NOTE = 1_000;

/** The command that notes a moderator's words in a case: one line, whatever they wrote; undefined for no words. */
export function noteCommand(caseId: number, words: string): string | undefined {
  const line = words
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_NOTE);
  return line === '' ? undefined : `note ${caseId} ${line}`;
}
