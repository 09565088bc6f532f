import type { Config } from '../config/types.js';
import { connectImap, MailboxPoller } from '../mail/imap.js';
import { createInboundDoor } from '../mail/inbound.js';
import { MailReceiver } from '../mail/receive.js';
import { takeAppeal } from '../reports/appeals.js';
import { showing } from '../reports/mail-answers.js';
import { complaintTaker } from '../reports/mail-complaints.js';
import type { OnReport } from '../reports/report.js';
import type { Correspondence } from '../store/index.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';

export interface MailInParts {
  config: Pick<Config, 'mail' | 'homeserver'>;
  ledger: Ledger;
  correspondence: Correspondence;
  onReport: OnReport;
  managementRoom: () => string | undefined;
  clock: Clock;
  logger: Logger;
}

/** The configured ways to receive mail. */
export function createMailIn(parts: MailInParts): { start(): void; stop(): Promise<void> } {
  const { config, ledger, correspondence, onReport, managementRoom, clock, logger } = parts;
  const { inbound, imap_url: imapUrl } = config.mail;
  const receiver = new MailReceiver({
    ledger,
    correspondence,
    onKept: (answer, fresh) =>
      ledger.commit(async (tx) => {
        const appeal =
          fresh && answer.kind === 'appeal'
            ? await takeAppeal(
                tx,
                ledger,
                { caseId: answer.caseId, key: `mail:${answer.id}` },
                managementRoom(),
                clock(),
              )
            : [];
        await tx.addActions([showing(answer), ...appeal]);
      }),
    complaints: { serverName: config.homeserver.server_name, take: complaintTaker(onReport, clock) },
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
      await Promise.all([poller?.stop(), door?.stop()]);
    },
  };
}
