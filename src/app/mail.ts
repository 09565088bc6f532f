import type { ActionHandler } from '../actions/types.js';
import { ContactFinder } from '../mail/contacts.js';
import { MailDesk } from '../mail/desk.js';
import { createSupportFetcher } from '../mail/fetch-support.js';
import { createForwardHandler, forwardingBeside } from '../mail/forward.js';
import { gatherMailHandler } from '../mail/gathered.js';
import { createMailHandler } from '../mail/outbox.js';
import { createPictureMaker } from '../mail/picture.js';
import type { AppContext } from './context.js';
import { createMailIn } from './mail-in.js';

/** Abuse mail, out and in. */
export interface MailParts {
  desk: MailDesk;
  handlers: readonly ActionHandler[];
}

export function buildMail(app: AppContext): MailParts {
  const { config, logger, lifecycle, foundation, tracking } = app;
  const { homeserver, ledger, correspondence, clock } = foundation;
  const pictures = createPictureMaker({ homeserver, config });
  const mail = createMailHandler({ ledger, config, pictures, guard: tracking.guard, clock, logger });
  const forward = createForwardHandler({
    ledger,
    config,
    pictures,
    contacts: new ContactFinder({
      config: config.mail,
      memory: correspondence,
      fetcher: createSupportFetcher(),
      clock,
    }),
    clock,
    logger,
  });
  lifecycle.add('connections', 'mail', { stop: () => mail.close() });
  lifecycle.add('connections', 'forwarding', { stop: () => forward.close() });
  const mailIn = createMailIn({
    config,
    ledger,
    correspondence,
    onReport: (report, note) => app.reports.onReport(report, note),
    managementRoom: () => tracking.managementRoom()?.roomId,
    clock,
    logger,
  });
  lifecycle.add('watchers', 'incoming mail', mailIn);
  return {
    desk: new MailDesk({ ledger, correspondence, config, clock }),
    handlers: [
      forwardingBeside(mail, { ledger, config }),
      forward,
      mail.gathered,
      mail.letters,
      gatherMailHandler(ledger, clock),
    ],
  };
}
