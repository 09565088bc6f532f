import { texts as notices } from '../notify/texts.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { verdictFindingSchema } from '../store/findings.js';
import type { ScanFind, ScanSummary } from '../store/records/scans.js';
import type { ScanState } from './state.js';
import { texts } from './texts.js';

/** How many a message shows, worst first; the rest are in `!heimdall cases`. */
export const SHOWN = 20;

/** A scan's progress and its findings so far. */
export interface ScanProgress {
  state: ScanState;
  found: ScanSummary;
}

const LEVELS = ['certain', 'likely', 'possible'] as const;

/** E.g. `3 certain, 12 possible`, or `nobody`. */
export function foundWords(levels: Record<string, number>): string {
  const words = LEVELS.filter((level) => (levels[level] ?? 0) > 0).map((level) =>
    texts.level(levels[level] ?? 0, level),
  );
  return words.length === 0 ? texts.nobody : words.join(', ');
}

/** Progress and findings in one line. */
export function progressWords({ state, found }: ScanProgress): string {
  return texts.progress(positionWords(state), foundWords(found.levels));
}

/** The progress, e.g. `accounts: 12,000 of 20,000`; what was scanned, at its end. */
export function positionWords(state: ScanState): string {
  const part = state.parts[state.part];
  if (part === 'users') return texts.atAccounts(state.from, state.total);
  return part === 'rooms' ? texts.atRooms(state.from, state.total, state.members) : lookedAtWords(state);
}

/** E.g. `20,000 accounts, 3 rooms with 120 members`. */
export function lookedAtWords(state: ScanState): string {
  const words: string[] = [];
  if (state.parts.includes('users')) words.push(texts.accounts(state.accounts));
  if (state.parts.includes('rooms')) words.push(texts.rooms(state.rooms, state.members));
  return words.join(', ');
}

/** What could not be scanned, and what to do; one sentence each. */
export function missedWords(state: ScanState): string[] {
  const words: string[] = [];
  if (state.withoutRights.includes('users')) words.push(texts.noAdminRights);
  if (state.withoutRights.includes('rooms')) words.push(texts.onlyOwnRooms);
  if (state.unread > 0) words.push(texts.unread(state.unread));
  return words;
}

/** What an automatic scan may do. */
export interface ScanLimits {
  /** it only lists */
  all: boolean;
  /** it bans nobody */
  bans: boolean;
  /** the number of accounts */
  count: number;
  /** it does not check pictures, which may add to those to be banned */
  pictures: boolean;
}

/** A message and the content of its thread. */
export interface ScanReport {
  head: Block[];
  /** the ids found: not as a root message, which would look like the notice of a case */
  rest: Block[];
}

/** The message at the end of a requested scan: findings, worst first. */
export function summaryOf({ state, found }: ScanProgress, worst: readonly ScanFind[]): ScanReport {
  const head: Block[] = [{ heading: texts.summary(foundWords(found.levels)) }];
  head.push({ line: [texts.lookedAt(lookedAtWords(state), foundWords(found.newLevels))] });
  for (const words of missedWords(state)) head.push({ line: [words] });
  if (worst.length === 0) return { head, rest: [] };
  const all = Object.values(found.levels).reduce((sum, count) => sum + count, 0);
  const next = state.act === 'no' ? texts.toAct : texts.acts;
  return { head, rest: [...listed(worst, all), { line: next }] };
}

/** The message when an automatic scan found more than it may act on. */
export function limitsReached(held: ScanLimits, worst: readonly ScanFind[]): ScanReport {
  const what = held.all ? texts.tooManyNew(held.count) : texts.tooManyBans(held.count);
  const head: Block[] = [{ heading: texts.decide }, { line: [what] }, { line: texts.howToDecide }];
  return { head, rest: listed(worst, held.count) };
}

function listed(worst: readonly ScanFind[], all: number): Block[] {
  const more: Inline[] = all > worst.length ? [texts.moreFound(all - worst.length)] : [];
  return [{ list: worst.map(lineOf) }, { line: [...more, ...texts.allOpen] }];
}

function lineOf({ case: record, hit, finding }: ScanFind): Inline[] {
  const name = verdictFindingSchema.safeParse(finding).data?.sighting.displayName;
  const line: Inline[] = [`${record.id}: `, { code: visible(record.subject) }];
  if (name != null && name !== '') line.push(' ', { code: visible(name) });
  line.push(` – ${notices.levels[hit.level] ?? hit.level}`);
  if (record.protected !== null) line.push(texts.imitates, { code: visible(record.protected) });
  return line;
}
