import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { HeimdallError } from './errors.js';
import { utilTexts } from './texts.js';

export type { Logger };

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * The logger: JSON lines on stdout. Messages are constant strings with separate data. Tokens, message text and
 * reporters' names must never be logged; the paths below are a second safeguard.
 */
export function createLogger(
  level: string = process.env.HEIMDALL_LOG_LEVEL ?? 'info',
  destination?: DestinationStream,
): Logger {
  if (!LEVELS.includes(level))
    throw new HeimdallError('HEIMDALL_E_CONFIG', utilTexts.notALogLevel(level), utilTexts.logLevels(LEVELS));
  const options: LoggerOptions = {
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
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A silent logger, for tests and for commands that write their answer to stdout. */
export const silentLogger: Logger = pino({ level: 'silent' });
