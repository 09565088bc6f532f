import { Command } from 'commander';
import { loadConfig } from '../config/index.js';
import { MailDesk, standingOfMail } from '../mail/desk.js';
import { MailDeliveryError } from '../mail/smtp.js';
import { shownText } from '../mail/text.js';
import { Correspondence, openLedger } from '../store/index.js';
import { systemClock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';

/** `heimdall mail`: the same as the command `mail` in the management room, for a terminal. */
export function mailCommand(): Command {
  const mail = new Command('mail').description('look at mails to abuse desks, send one again, try whether mail works');
  const withConfig = (command: Command): Command => command.requiredOption('--config <file>', 'configuration file');

  withConfig(mail.command('test').description('send a test mail to mail.abuse_contact')).action((options: Options) =>
    run(options, async (desk) => {
      const { recipient, response } = await desk.test();
      return [`A test mail went to ${recipient}: ${response}`];
    }),
  );
  withConfig(mail.command('list').description('the latest mails, newest first'))
    .option('--limit <n>', 'so many', '20')
    .action((options: Options & { limit: string }) =>
      run(options, async (desk) => {
        const mails = await desk.list(numberOf(options.limit));
        if (mails.length === 0) return ['No mail was written yet.'];
        return mails.map(
          (each) =>
            `${each.id}\t${each.caseId === null ? '-' : `case ${each.caseId}`}\t${each.recipient}\t${shownText(standingOfMail(each), 300)}`,
        );
      }),
    );
  withConfig(mail.command('show <n>').description('a mail as it was written, and what came back')).action(
    (n: string, options: Options) =>
      run(options, async (desk) => {
        const { mail: shown, subject, text, answers } = await desk.show(numberOf(n));
        return [
          `Mail ${shown.id} to ${shown.recipient}: ${shownText(standingOfMail(shown), 300)}`,
          `Message-ID: ${shown.messageId}`,
          `Subject: ${shownText(subject, 300)}`,
          '',
          ...text.split('\n').map((line) => shownText(line, 2_000)),
          ...answers.flatMap((answer) => [
            '',
            `${answer.kind} from ${shownText(answer.sender, 200)}, ${new Date(answer.receivedAt).toISOString()}:`,
            ...answer.body.split('\n').map((line) => `  ${shownText(line, 2_000)}`),
          ]),
        ];
      }),
  );
  withConfig(mail.command('resend <n>').description('send a mail once more, the very same bytes')).action(
    (n: string, options: Options) =>
      run(options, async (desk) => {
        const { mail: sent, response } = await desk.resend(numberOf(n));
        return [`Mail ${sent.id} was sent to ${sent.recipient} again: ${response}`];
      }),
  );
  return mail;
}

interface Options {
  config: string;
}

function numberOf(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new HeimdallError('HEIMDALL_E_USAGE', `"${shownText(text, 50)}" is no number.`, 'Give the number of a mail.');
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
      throw new HeimdallError(
        'HEIMDALL_E_SMTP',
        `The mail server did not take it: ${error.message}`,
        'Check mail.smtp_url.',
      );
    throw error;
  } finally {
    await ledger.close();
  }
}
