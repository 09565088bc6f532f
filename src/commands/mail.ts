import { visible } from '../detection/index.js';
import { forwardOf, serverOfCase } from '../mail/forward.js';
import { standingOfMail } from '../mail/desk.js';
import { MailDeliveryError } from '../mail/smtp.js';
import type { Block } from '../matrix/message.js';
import { mailPayloadSchema } from '../store/findings.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import { HeimdallError } from '../util/errors.js';
import { number } from './args/index.js';
import { oneCase } from './args/cases.js';
import { command, type Command } from './spec.js';
import type { Services } from './types.js';
import { mailTexts } from './texts/mail.js';

const TEXT_SHOWN = 6_000;
const ANSWER_SHOWN = 500;

const LARGEST = 999_999_999;

const listMails = command({
  name: 'mail list',
  aliases: ['mail'],
  group: 'Cases',
  role: 'viewer',
  summary: 'Lists the latest mails to abuse desks and their state.',
  args: {},
  options: {},
  examples: ['mail list'],
  run: (services) => list(services),
});

const showMail = command({
  name: 'mail show',
  group: 'Cases',
  role: 'viewer',
  summary: 'Shows a mail as it was written, and the answers about its case.',
  args: { mail: number('NUMBER', { max: LARGEST }) },
  options: {},
  examples: ['mail show 7'],
  run: (services, { args }) => show(services, args.mail ?? 0),
});

const resendMail = command({
  name: 'mail resend',
  group: 'Cases',
  role: 'moderator',
  summary: 'Sends a mail again, byte for byte.',
  args: { mail: number('NUMBER', { max: LARGEST }) },
  options: {},
  examples: ['mail resend 7'],
  run: (services, { args }) => resend(services, args.mail ?? 0),
});

const testMail = command({
  name: 'mail test',
  group: 'Cases',
  role: 'moderator',
  summary: 'Sends a test mail to our own abuse desk and says what the mail server answered.',
  args: {},
  options: {},
  examples: ['mail test'],
  run: (services) => test(services),
});

const forwardCase = command({
  name: 'mail forward',
  group: 'Cases',
  role: 'moderator',
  summary: "Writes to the abuse desk of the offender's own server, once per case.",
  args: { case: oneCase('case NUMBER') },
  options: {},
  examples: ['mail forward case 12'],
  run: (services, { args }) => forward(services, args.case),
});

async function list({ mailDesk }: Services): Promise<Block[]> {
  const mails = await mailDesk.list();
  if (mails.length === 0) return [{ line: [mailTexts.none] }];
  return [
    {
      list: mails.map((each) =>
        mailTexts.line(each.id, each.caseId, each.recipient, visible(standingOfMail(each), 300)),
      ),
    },
  ];
}

async function show({ mailDesk }: Services, id: number): Promise<Block[]> {
  const { mail: shown, subject, text, answers } = await mailDesk.show(id);
  return [
    { line: mailTexts.heading(shown.id, shown.recipient, visible(standingOfMail(shown), 300)) },
    { line: [mailTexts.subject(visible(subject, 300))] },
    ...text
      .slice(0, TEXT_SHOWN)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): Block => ({ line: [visible(line, 1_000)] })),
    ...answers.map((answer): Block => ({
      line: [mailTexts.answer(answer.kind, visible(answer.sender, 200), visible(answer.body, ANSWER_SHOWN))],
    })),
  ];
}

async function resend({ mailDesk }: Services, id: number): Promise<Block[]> {
  const { mail: sent, response, notNoted } = await sending(() => mailDesk.resend(id));
  return [
    { line: mailTexts.resent(sent.id, sent.recipient, visible(response, 300)) },
    ...(notNoted === undefined ? [] : [{ line: [mailTexts.notNoted(visible(notNoted, 300))] }]),
  ];
}

async function test({ mailDesk }: Services): Promise<Block[]> {
  const { recipient, response } = await sending(() => mailDesk.test());
  return [{ line: mailTexts.tested(recipient, visible(response, 300)) }];
}

async function sending<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MailDeliveryError)) throw error;
    throw new HeimdallError('HEIMDALL_E_SMTP', mailTexts.refused(visible(error.message, 300)));
  }
}

/** Writes to the abuse desk of the offender's own server, once per case. */
async function forward(services: Services, record: CaseRecord): Promise<Block[]> {
  const { id } = record;
  if (services.config.mail.forward === 'off')
    throw new HeimdallError('HEIMDALL_E_MAIL_CONFIG', mailTexts.forwardOff, mailTexts.forwardOffRemedy);
  const about = await subjectOfMail(services, record);
  if (about === undefined) return [{ line: [mailTexts.nothingToWrite(id)] }];
  const action = await lastOfForwards(services, forwardOf(record, about.about, about.findingKey), id);
  const server = visible(serverOfCase(record) ?? mailTexts.itsServer, 255);
  const line = ((): string => {
    switch (action?.state) {
      case 'done':
        return mailTexts.forwarded(id, server);
      case 'refused':
      case 'failed':
        return mailTexts.notForwarded(id, server, visible(action.lastError ?? '', 500));
      case 'simulated':
        return mailTexts.forwardDryRun(id);
      default:
        return mailTexts.forwarding(id, server);
    }
  })();
  return [{ line: [line] }];
}

/** A permanent refusal creates an action for the next desk; this is the outcome of the last. */
async function lastOfForwards(
  { runAndWait, ledger }: Services,
  first: NewAction,
  caseId: number,
): Promise<ActionRecord | undefined> {
  let [action] = await runAndWait([first]);
  while (action?.state === 'refused') {
    const { id } = action;
    const next = (await ledger.actionsOf(caseId)).find(({ kind, id: later }) => kind === first.kind && later > id);
    if (next === undefined) return action;
    const { kind, lane, key, payload } = next;
    [action] = await runAndWait([{ kind, lane, key, payload, caseId }]);
  }
  return action;
}

/** The topic of the case's last mail; without one, its strongest verdict or its newest report. */
async function subjectOfMail(
  { ledger }: Services,
  record: CaseRecord,
): Promise<{ about: 'verdict' | 'report'; findingKey: string } | undefined> {
  for (const action of (await ledger.actionsOf(record.id)).reverse()) {
    const payload = action.kind === 'mail' ? mailPayloadSchema.safeParse(action.payload) : undefined;
    if (payload?.success === true) return { about: payload.data.about, findingKey: payload.data.findingKey };
  }
  const findings = await ledger.findingsOf(record.id);
  const found =
    findings.findLast(({ kind }) => kind === 'verdict') ?? findings.findLast(({ kind }) => kind === 'report');
  return found === undefined ? undefined : { about: found.kind as 'verdict' | 'report', findingKey: found.key };
}

export const mailCommands: readonly Command[] = [listMails, showMail, resendMail, testMail, forwardCase];
