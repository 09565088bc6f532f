import { visible } from '../../detection/index.js';
import { HeimdallError } from '../../util/errors.js';
import { argTexts } from '../texts/args.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/**
 * Units by their first letters, English and German; months and years are excluded because they have no fixed length.
 */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^s(?:ec(?:ond)?s?|ek(?:unden?)?)?$/i, 1000],
  [/^m(?:in(?:ute)?[sn]?|inuten)?$/i, MINUTE],
  [/^h(?:(?:ou)?rs?)?$|^st(?:d|unden?)$/i, HOUR],
  [/^d(?:ays?)?$|^tage?n?$/i, DAY],
  [/^w(?:eeks?|k|ks|ochen?)?$/i, 7 * DAY],
];
const LONGEST_MS = 10 * 365 * DAY;

function unitOf(text: string): number | undefined {
  return UNITS.find(([form]) => form.test(text))?.[1];
}

/** `7d`, `90m`, `1d12h`, `7days` in ms; undefined when the text is not a duration. */
export function durationOf(text: string): number | undefined {
  const bare = text.trim().replace(/[,;.:!?)]+$/, '');
  if (!/^(?:\d{1,6}\s?[a-z]{1,8}\s?){1,4}$/i.test(bare)) return undefined;
  let ms = 0;
  for (const [, number, unit] of bare.matchAll(/(\d{1,6})\s?([a-z]{1,8})/gi)) {
    const length = unitOf(unit ?? '');
    if (length === undefined) return undefined;
    ms += Number(number) * length;
  }
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}

/** A duration at the start of these words: `7d`, or `7 days`. Returns how many words it took. */
export function durationIn(words: readonly string[]): { value: number; taken: number } | undefined {
  const [first = '', second = ''] = words;
  if (/^\d{1,6}$/.test(first)) {
    const value = durationOf(`${first} ${second.replace(/[,;.:!?)]+$/, '')}`);
    return value === undefined ? undefined : { value, taken: 2 };
  }
  const value = durationOf(first);
  return value === undefined ? undefined : { value, taken: 1 };
}

/** `30m`, `12h`, `7d`, `2w` in ms. Throws HEIMDALL_E_DURATION, with the expected format. */
export function parseDuration(text: string): number {
  const ms = durationOf(text);
  if (ms !== undefined) return ms;
  throw new HeimdallError(
    'HEIMDALL_E_DURATION',
    text === '' ? argTexts.howLong : argTexts.notADuration(visible(text)),
    argTexts.durationForms,
  );
}

/** A time for display, to the minute: `2026-12-03 10:00 UTC`. */
export function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A duration for display: `30 minutes`, `7 days`. */
export function lengthOf(ms: number): string {
  for (const [unit, name] of [
    [7 * DAY, 'week'],
    [DAY, 'day'],
    [HOUR, 'hour'],
    [MINUTE, 'minute'],
  ] as const)
    if (ms >= unit && ms % unit === 0) return argTexts.length[name](ms / unit);
  return argTexts.length.second(Math.round(ms / 1000));
}

/**
 * A time in the past: a duration before now, or a date (`2026-11-28`, `2026-11-28T10:00`, with `Z` or without, always
 * UTC). Undefined when the text is neither.
 */
export function momentOf(text: string, now: number): number | undefined {
  const length = durationOf(text);
  if (length !== undefined) return now - length;
  const [, day, time = '00:00'] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?:Z|[+-]00:?00)?)?$/i.exec(text.trim()) ?? [];
  if (day === undefined) return undefined;
  const ms = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
