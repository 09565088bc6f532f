import { LEVEL_WORDS } from '../notify/notice.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { verdictFindingSchema } from '../store/findings.js';
import type { ScanFind, ScanSummary } from '../store/types.js';
import type { ScanState } from './state.js';

/** How many are shown in a message, worst first; the rest is in `!heimdall cases`. */
export const SHOWN = 20;

/** How far a scan is, and what it has found so far. */
export interface ScanProgress {
  state: ScanState;
  found: ScanSummary;
}

const number = (value: number): string => value.toLocaleString('en');
const LEVELS = ['certain', 'likely', 'possible'] as const;

/** E.g. `3 certain, 12 possible`, or `nobody`. */
export function foundWords(levels: Record<string, number>): string {
  const words = LEVELS.filter((level) => (levels[level] ?? 0) > 0).map(
    (level) => `${number(levels[level] ?? 0)} ${level}`,
  );
  return words.length === 0 ? 'nobody' : words.join(', ');
}

/** Where it is and what it found, in one line. */
export function progressWords({ state, found }: ScanProgress): string {
  return `${positionWords(state)}; found ${foundWords(found.levels)}`;
}

/** Where it is, e.g. `accounts: 12,000 of 20,000`; what it looked at when it is at its end. */
export function positionWords(state: ScanState): string {
  const of = state.total > 0 ? ` of ${number(state.total)}` : '';
  const part = state.parts[state.part];
  if (part === 'users') return `accounts: ${number(state.from)}${of}`;
  return part === 'rooms'
    ? `rooms: ${number(state.from)}${of}, ${number(state.members)} members`
    : lookedAtWords(state);
}

/** E.g. `20,000 accounts, 3 rooms with 120 members`. */
export function lookedAtWords(state: ScanState): string {
  const words: string[] = [];
  if (state.parts.includes('users')) words.push(`${number(state.accounts)} accounts`);
  if (state.parts.includes('rooms')) words.push(`${number(state.rooms)} rooms with ${number(state.members)} members`);
  return words.join(', ');
}

/** What could not be looked at, and what to do; a sentence each. */
export function missedWords(state: ScanState): string[] {
  const words: string[] = [];
  if (state.withoutRights.includes('users'))
    words.push('The accounts could not be listed: the bot is no server admin, and there is no homeserver.admin_token.');
  if (state.withoutRights.includes('rooms'))
    words.push('Without admin rights only the rooms that the bot is in were looked at.');
  if (state.unread > 0) words.push(`${number(state.unread)} rooms could not be read.`);
  return words;
}

/** What a scan that nobody asked for may do by itself. */
export interface ScanLimits {
  /** it only lists */
  all: boolean;
  /** it bans nobody */
  bans: boolean;
  /** how many accounts that are */
  count: number;
  /** it looks at no pictures: they may make more of those to be banned */
  pictures: boolean;
}

/** A message, and what goes in its thread. */
export interface ScanReport {
  head: Block[];
  /** who was found, by id: not in a message of its own, which would be taken for the notice of a case */
  rest: Block[];
}

/** What is said at the end of a scan that somebody asked for: what was found, worst first. */
export function summaryOf({ state, found }: ScanProgress, worst: readonly ScanFind[]): ScanReport {
  const head: Block[] = [{ heading: `Scan done: found ${foundWords(found.levels)}` }];
  head.push({ line: [`Looked at ${lookedAtWords(state)}. New: ${foundWords(found.newLevels)}.`] });
  for (const words of missedWords(state)) head.push({ line: [words] });
  if (worst.length === 0) return { head, rest: [] };
  const all = Object.values(found.levels).reduce((sum, count) => sum + count, 0);
  const next: Inline[] =
    state.act === 'no'
      ? [
          'Nobody was reported or banned. To do what ',
          { code: 'responses' },
          ' says: ',
          { code: '!heimdall scan --act' },
        ]
      : ['What ', { code: 'responses' }, ' says is done now, or was done before.'];
  return { head, rest: [...listed(worst, all), { line: next }] };
}

/** What is said when a scan that nobody asked for found more than it may act on. */
export function limitsReached(held: ScanLimits, worst: readonly ScanFind[]): ScanReport {
  const found = number(held.count);
  const what = held.all
    ? `A scan, or the homeserver's past, has shown ${found} cases that are new. So many at once are an attack, or a mistake in the rules: I do no more about them than to list them.`
    : `A scan has found ${found} accounts to ban, more than scan.most_bans allows without asking: I ban no more of them.`;
  const next: Block = {
    line: [
      'Look at them; ',
      { code: '!heimdall dismiss NUMBER' },
      ' closes a wrong one. Then ',
      { code: '!heimdall scan --act' },
      ' does what ',
      { code: 'responses' },
      ' says.',
    ],
  };
  return { head: [{ heading: 'Please decide' }, { line: [what] }, next], rest: listed(worst, held.count) };
}

function listed(worst: readonly ScanFind[], all: number): Block[] {
  const more: Inline[] = all > worst.length ? [`… and ${number(all - worst.length)} more. `] : [];
  return [
    { list: worst.map(lineOf) },
    {
      line: [...more, 'All open ones: ', { code: '!heimdall cases' }, '; details: ', { code: '!heimdall case NUMBER' }],
    },
  ];
}

function lineOf({ case: record, hit, finding }: ScanFind): Inline[] {
  const name = verdictFindingSchema.safeParse(finding).data?.sighting.displayName;
  const line: Inline[] = [`${record.id}: `, { code: visible(record.subject) }];
  if (name != null && name !== '') line.push(' ', { code: visible(name) });
  line.push(` – ${LEVEL_WORDS[hit.level] ?? hit.level}`);
  if (record.protected !== null) line.push(', imitates ', { code: visible(record.protected) });
  return line;
}
