import { Command } from 'commander';
import { loadConfig } from '../config/index.js';
import { MailDesk, standingOfMail } from '../mail/desk.js';
import { MailDeliveryError } from '../mail/smtp.js';
import { shownText } from '../mail/text.js';
import { CLI_TEXTS } from '../mail/texts.js';
import { Correspondence, openLedger } from '../store/index.js';
import { systemClock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';

/** `heimdall mail`: like the command `mail` in the management room, for a terminal. */
export function mailCommand(): Command {
  const mail = new Command('mail').description('look at mails to abuse desks, send one again, try whether mail works');
  const withConfig = (command: Command): Command => command.requiredOption('--config <file>', 'configuration file');

  withConfig(mail.command('test').description('send a test mail to mail.abuse_contact')).action((options: Options) =>
    run(options, async (desk) => {
      const { recipient, response } = await desk.test();
      return [CLI_TEXTS.testSent(recipient, response)];
    }),
  );
  withConfig(mail.command('list').description('the latest mails, newest first'))
    .option('--limit <n>', 'so many', '20')
    .action((options: Options & { limit: string }) =>
      run(options, async (desk) => {
        const mails = await desk.list(numberOf(options.limit));
        if (mails.length === 0) return [CLI_TEXTS.none];
        return mails.map((each) =>
          [
            each.id,
            each.caseId === null ? '-' : `case ${each.caseId}`,
            each.recipient,
            shownText(standingOfMail(each), 300),
          ].join('\t'),
        );
      }),
    );
  withConfig(mail.command('show <n>').description('a mail as it was written, and what came back')).action(
    (n: string, options: Options) =>
      run(options, async (desk) => {
        const { mail: shown, subject, text, answers } = await desk.show(numberOf(n));
        return [
          CLI_TEXTS.head(shown.id, shown.recipient, shownText(standingOfMail(shown), 300)),
          CLI_TEXTS.messageId(shown.messageId),
          CLI_TEXTS.subject(shownText(subject, 300)),
          '',
          ...text.split('\n').map((line) => shownText(line, 2_000)),
          ...answers.flatMap((answer) => [
            '',
            CLI_TEXTS.answer(answer.kind, shownText(answer.sender, 200), new Date(answer.receivedAt).toISOString()),
            ...answer.body.split('\n').map((line) => `  ${shownText(line, 2_000)}`),
          ]),
        ];
      }),
  );
  withConfig(mail.command('resend <n>').description('send a mail once more, the very same bytes')).action(
    (n: string, options: Options) =>
      run(options, async (desk) => {
        const { mail: sent, response, notNoted } = await desk.resend(numberOf(n));
        const lines = [CLI_TEXTS.resent(sent.id, sent.recipient, response)];
        return notNoted === undefined ? lines : [...lines, CLI_TEXTS.notNoted(shownText(notNoted, 300))];
      }),
  );
  return mail;
}

interface Options {
  config: string;
}

function numberOf(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new HeimdallError('HEIMDALL_E_USAGE', CLI_TEXTS.noNumber(shownText(text, 50)), CLI_TEXTS.giveNumber);
  return Number(text);
}

async function run({ config: file }: Options, work: (desk: MailDesk) => Promise<string[]>): Promise<void> {
  const config = loadConfig(file);
  const ledger = await openLedger({
    dataDir: config.storage.data_dir,
    databaseUrl: config.storage.database_url,
    synchronous: config.storage.synchronous,
  });
  try {
    const correspondence = new Correspondence(ledger);
    const lines = await work(new MailDesk({ ledger, correspondence, config, clock: systemClock }));
    process.stdout.write(`${lines.join('\n')}\n`);
  } catch (error) {
    if (error instanceof MailDeliveryError)
      throw new HeimdallError('HEIMDALL_E_SMTP', CLI_TEXTS.notTaken(error.message), CLI_TEXTS.checkUrl);
    throw error;
  } finally {
    await ledger.close();
  }
}
