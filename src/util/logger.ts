import { pino, type Logger } from 'pino';

export type { Logger };

/**
 * The one logger: JSON lines on stdout. Messages are constant strings with data beside them.
 * Tokens, message text and reporters' names must never be logged; the paths below are the second net.
 */
export function createLogger(level: string = process.env.HEIMDALL_LOG_LEVEL ?? 'info'): Logger {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        '*.access_token',
        '*.as_token',
        '*.hs_token',
        '*.admin_token',
        '*.password',
        '*.Authorization',
        '*.authorization',
        'smtp_url',
        '*.smtp_url',
        '*.database_url',
      ],
      censor: '[redacted]',
    },
  });
}

/** A logger that says nothing, for tests and one-shot commands whose stdout is their answer. */
export const silentLogger: Logger = pino({ level: 'silent' });
