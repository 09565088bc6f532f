/**
 * An error that a person can act on: a code that never changes its meaning (docs/operate/errors.md lists them),
 * what is wrong, and what to do.
 */
export class HeimdallError extends Error {
  constructor(
    /** e.g. `HEIMDALL_E_CONFIG` */
    readonly code: string,
    /** what is wrong, in one sentence, without secrets */
    message: string,
    /** what the reader can do about it */
    readonly remedy?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'HeimdallError';
  }
}

/** The message of anything that was thrown; never its other fields, which may contain tokens (bot-sdk's errors do). */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
