import type { Config } from '../config/types.js';
import { connectImap, MailboxPoller } from '../mail/imap.js';
import { createInboundDoor } from '../mail/inbound.js';
import { MailReceiver } from '../mail/receive.js';
import { showing } from '../reports/mail-answers.js';
import type { Correspondence } from '../store/index.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';

export interface MailInParts {
  config: Pick<Config, 'mail'>;
  ledger: Ledger;
  correspondence: Correspondence;
  clock: Clock;
  logger: Logger;
}

/** The ways in for mail, as the configuration wants them. */
export function createMailIn(parts: MailInParts): { start(): void; stop(): Promise<void> } {
  const { config, ledger, correspondence, clock, logger } = parts;
  const { inbound, imap_url: imapUrl } = config.mail;
  const receiver = new MailReceiver({
    ledger,
    correspondence,
    async onKept(answer) {
      await ledger.commit((tx) => tx.addActions([showing(answer)]));
    },
    clock,
  });
  const door = inbound === null ? undefined : createInboundDoor({ ...inbound, receiver, clock, logger });
  const poller =
    imapUrl === null ? undefined : new MailboxPoller({ connect: () => connectImap(imapUrl), receiver, ledger, logger });
  return {
    start() {
      door?.start();
      poller?.start();
    },
    async stop() {
      poller?.stop();
      await door?.stop();
    },
  };
}
