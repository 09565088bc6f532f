/**
 * The commands that pages may issue: fixed words, case numbers, preset reasons, and this moderator's own note. A
 * command never contains untrusted text.
 */

/** Preset reasons, in English because they appear in rules and in the audit, which everybody reads. */
const REASONS = {
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

/** Whether the pages offer this command. */
export function isOffered(command: string): boolean {
  return COMMAND.test(command);
}

/** The number of the case that an offered command is about. */
export function caseOf(command: string): number {
  return Number(/ (\d{1,15})(?: |$)/.exec(command)?.[1]);
}

/**
 * The reasons offered for a command: `ban` reads a watched list's shortcode after its target as that list, so a reason
 * that starts with one is omitted.
 */
export function reasonsFor(kind: ReasonedCommand, shortcodes: readonly string[]): string[] {
  const taken = new Set(shortcodes.map((one) => one.toLowerCase()));
  return REASONS[kind].filter((reason) => !taken.has(reason.split(' ')[0] ?? ''));
}

/** A command with the chosen reason, which is ignored if it is not on offer. */
export function withReason(command: string, reason: string, shortcodes: readonly string[]): string {
  const [kind = ''] = command.split(' ');
  if (!Object.hasOwn(REASONS, kind)) return command;
  return reasonsFor(kind as ReasonedCommand, shortcodes).includes(reason) ? `${command} ${reason}` : command;
}

const MOST_NOTE = 1_000;

/** The command that adds a moderator's note to a case, reduced to one line; undefined if empty. */
export function noteCommand(caseId: number, words: string): string | undefined {
  const line = words
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_NOTE);
  return line === '' ? undefined : `note ${caseId} ${line}`;
}
