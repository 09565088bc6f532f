import { HeimdallError } from '../util/errors.js';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };
const LONGEST_MS = 10 * 365 * 86_400_000;

/** `30m`, `12h`, `7d`, `2w` in ms. Throws HEIMDALL_E_DURATION, which says what to write. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d{1,6})([mhdw])$/i.exec(text.trim()) ?? [];
  const ms = Number(number) * (UNITS[unit?.toLowerCase() ?? ''] ?? NaN);
  if (!(ms > 0) || ms > LONGEST_MS) {
    throw new HeimdallError(
      'HEIMDALL_E_DURATION',
      text === '' ? 'For how long?' : `${text} is no length of time.`,
      'Write a number and m, h, d or w (minutes, hours, days, weeks), at most ten years: --for 30m, --for 12h, --for 7d, --for 2w.',
    );
  }
  return ms;
}

/** A time as people read it, to the minute: `2026-12-03 10:00 UTC`. */
export function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
