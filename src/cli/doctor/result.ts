/** What one check of `heimdall doctor` came to. */
import { HeimdallError, messageOf } from '../../util/errors.js';

/** `skipped`: could not be looked at because something before it failed, or because there is nothing to look at. */
export type Health = 'ok' | 'warn' | 'fail' | 'skipped';

export interface CheckResult {
  /** what was looked at, a constant word or two */
  check: string;
  health: Health;
  /** what was found, one sentence */
  found: string;
  /** how to mend it; always there for `warn` and `fail` */
  remedy?: string;
}

export const ok = (check: string, found: string): CheckResult => ({ check, health: 'ok', found });
export const skipped = (check: string, found: string): CheckResult => ({ check, health: 'skipped', found });
export const warn = (check: string, found: string, remedy: string): CheckResult => ({
  check,
  health: 'warn',
  found,
  remedy,
});
export const fail = (check: string, found: string, remedy: string): CheckResult => ({
  check,
  health: 'fail',
  found,
  remedy,
});

/** Runs a check; whatever it throws is a failure with that error's own remedy, or else `remedy`. */
export async function attempt(
  check: string,
  remedy: string,
  look: () => CheckResult | Promise<CheckResult>,
): Promise<CheckResult> {
  try {
    return await look();
  } catch (error) {
    const found = messageOf(error).replace(/([^.!?:\s])\s*$/, '$1.');
    return fail(check, found, (error instanceof HeimdallError ? error.remedy : undefined) ?? remedy);
  }
}
