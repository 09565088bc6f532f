import { Command } from 'commander';
import { loadConfig } from '../config/index.js';
import { messageOf } from '../util/errors.js';
import { createLogger } from '../util/logger.js';
import { beginFirstRun } from './first-run.js';
import { DoctorRounds } from './rounds.js';
import { TerminalLog } from './terminal-log.js';
import { texts } from './texts.js';
import { AT_BEGINNING, ONCE_READY, setFlags } from './v8-flags.js';

/** The last safeguard: a stop takes at most 9 s, and supervisors kill after 10 s. */
const STOP_LIMIT_MS = 9_500;

/** `heimdall run`: runs until SIGTERM or SIGINT, then shuts down in order. */
export function runCommand(): Command {
  return new Command('run')
    .description(texts.run.description)
    .requiredOption('--config <file>', 'configuration file')
    .option('--json', texts.run.json)
    .action(async ({ config: file, json = false }: { config: string; json?: boolean }) => {
      setFlags(AT_BEGINNING);
      const config = loadConfig(file);
      const terminal = process.stdout.isTTY && !json ? new TerminalLog(process.stdout) : undefined;
      const logger = createLogger(undefined, terminal);
      if (terminal !== undefined) process.stdout.write(`${texts.run.stopHint}\n`);
      process.on('unhandledRejection', (error) => logger.error({ error: messageOf(error) }, 'unhandled rejection'));
      const { createInstance } = await import('../app/instance.js');
      const app = await createInstance(config, logger, { onReady: () => setFlags(ONCE_READY) });
      const rounds = new DoctorRounds({ config, file, instance: app, logger });
      const firstRun: { page?: { end(): Promise<void> } | undefined } = {};
      let stopping = false;
      const stop = (signal: string): void => {
        if (stopping) return;
        stopping = true;
        terminal?.stop();
        logger.info({ signal }, 'stopping');
        const last = (): void => {
          logger.error({}, 'stop took too long');
          process.exit(1);
        };
        setTimeout(last, STOP_LIMIT_MS).unref();
        void rounds.stop();
        void firstRun.page?.end();
        app.stop().then(
          () => process.exit(0),
          (error: unknown) => {
            logger.error({ error: messageOf(error) }, 'stop failed');
            process.exit(1);
          },
        );
      };
      process.on('SIGTERM', () => stop('SIGTERM'));
      process.on('SIGINT', () => stop('SIGINT'));
      await app.start();
      rounds.start();
      firstRun.page = await beginFirstRun({ config, file, instance: app, logger }, (link) => {
        if (terminal === undefined) logger.info({ link }, texts.run.firstRun);
        else terminal.say(`${texts.run.firstRun}:\n  ${link}\n`);
      });
    });
}
