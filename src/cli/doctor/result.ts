/** The result of one check of `heimdall doctor`. */
import { HeimdallError, messageOf } from '../../util/errors.js';

/** `skipped`: not possible because an earlier check failed, or because there is nothing to check. */
type Health = 'ok' | 'warn' | 'fail' | 'skipped';

export interface CheckResult {
  /** the subject of the check, a constant word or two */
  check: string;
  health: Health;
  /** the finding, one sentence */
  found: string;
  /** the remedy; always present for `warn` and `fail` */
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

/** Runs a check; an exception becomes a failure with the error's own remedy, or else `remedy`. */
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
