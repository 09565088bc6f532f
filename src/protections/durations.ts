import { PROTECTION_TEXTS as texts } from './texts.js';

const UNITS: readonly (readonly [string, number])[] = [
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];
const LONGEST_MS = 10 * 365 * 86_400_000;
const WORDS: Readonly<Record<string, string>> = {
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  week: 'w',
  weeks: 'w',
  sek: 's',
  sekunde: 's',
  sekunden: 's',
  minuten: 'm',
  std: 'h',
  stunde: 'h',
  stunden: 'h',
  tag: 'd',
  tage: 'd',
  woche: 'w',
  wochen: 'w',
};

/**
 * Reads `90s`, `30m`, `1h30m`, `24 hours`, `7d`, `2w` in ms, also in German; `0` means none. Undefined when it is not a
 * duration.
 */
export function durationMs(text: string): number | undefined {
  const written = text.trim().toLowerCase();
  if (/^(?:0[a-z]*|never|none|off|nie|aus)$/.test(written)) return 0;
  let ms = 0;
  let at = 0;
  for (const [part, number = '', word = ''] of written.matchAll(/(\d{1,9})\s*([a-z]+)\s*/g)) {
    if (written.indexOf(part, at) !== at) return undefined;
    at += part.length;
    const unit = UNITS.find(([name]) => name === (WORDS[word] ?? word));
    if (unit === undefined) return undefined;
    ms += Number(number) * unit[1];
  }
  return at === written.length && ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}

/** Compact form: `30m`, `24h`, `1h30m`; a day and a half is `36h`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0';
  for (const [name, size] of UNITS) if (ms % size === 0 && (name !== 'd' || ms > size)) return `${ms / size}${name}`;
  const [whole, rest] = [Math.floor(ms / 60_000), Math.round((ms % 60_000) / 1000)];
  return `${whole === 0 ? '' : `${whole}m`}${rest}s`;
}

/** In words, behind "in" or "within": `60 seconds`, `10 minutes`, `24 hours`. */
export function durationWords(ms: number): string {
  const [size, word]: [number, keyof typeof texts.length] =
    ms % 86_400_000 === 0 && ms > 86_400_000
      ? [86_400_000, 'day']
      : ms % 3_600_000 === 0
        ? [3_600_000, 'hour']
        : ms % 60_000 === 0 && ms > 60_000
          ? [60_000, 'minute']
          : [1000, 'second'];
  return texts.length[word](Math.round(ms / size));
}
