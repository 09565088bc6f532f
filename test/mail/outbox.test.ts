import { describe, expect, it } from '@jest/globals';
import type { ActionHandler } from '../../src/actions/types.js';
import { createMailHandler } from '../../src/mail/outbox.js';
import { pauseAfter } from '../../src/mail/retries.js';
import { MailDeliveryError, type MailTransport } from '../../src/mail/smtp.js';
import { silentLogger } from '../../src/util/logger.js';
import { AT, caseRecord, mailAction, mailConfig, memoryLedger, reportOfCase7 } from './fixtures.js';

const FIRST = { mayHaveBeenSent: false };

type Answer = { response: string } | Error;

function setUp(answers: Answer[], options: { now?: number; smtpUrl?: string | null } = {}) {
  const sent: string[] = [];
  const transport: MailTransport = {
    send: ({ raw }) => {
      sent.push(raw);
      const answer = answers.shift() ?? { response: '250 ok' };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    close: () => undefined,
  };
  const ledger = memoryLedger({ cases: [caseRecord()], findings: [reportOfCase7] });
  // the walls keep mail from importing enforcement's type; here the compiler checks that it fits
  const handler = createMailHandler({
    ledger,
    config: mailConfig(null),
    transport: options.smtpUrl === null ? undefined : transport,
    clock: () => options.now ?? AT,
    logger: silentLogger,
  }) satisfies ActionHandler;
  return { handler, ledger, sent };
}

describe('the mail handler', () => {
  it('sends a mail, notes the answer, and does not send it again after a crash before the action ended', async () => {
    const { handler, ledger, sent } = setUp([{ response: '250 queued' }]);
    const first = await handler.perform(mailAction(), FIRST);
    expect(first).toEqual({ state: 'done', result: { message_id: ledger.rows[0]?.messageId } });
    expect(ledger.rows[0]).toMatchObject({
      sentAt: AT,
      response: '250 queued',
      recipient: 'abuse@evil.test',
      caseId: 7,
    });
    expect(ledger.rows[0]?.envelopeFrom).toMatch(/^heimdall\+bounce-7-[0-9a-f]{20}@example\.org$/);
    expect(await handler.perform(mailAction({ attempts: 1 }), FIRST)).toEqual(first);
    expect(sent).toHaveLength(1);
  });

  it('tries again what was refused for now, with the same bytes', async () => {
    const { handler, ledger, sent } = setUp([
      new MailDeliveryError('451 later', 451, false),
      new MailDeliveryError('connect refused', undefined, false),
    ]);
    expect(await handler.perform(mailAction(), FIRST)).toEqual({ state: 'retry', afterMs: 4_000, error: '451 later' });
    expect(ledger.rows[0]).toMatchObject({ sentAt: null, response: '451 later' });
    expect(await handler.perform(mailAction({ attempts: 1 }), FIRST)).toMatchObject({ state: 'retry', afterMs: 8_000 });
    expect(await handler.perform(mailAction({ attempts: 2 }), FIRST)).toMatchObject({ state: 'done' });
    expect(new Set(sent).size).toBe(1);
  });

  it('gives up a mail that was refused for good, and one that waited for four days, and keeps both', async () => {
    const refused = setUp([new MailDeliveryError('550 no such user', 550, true)]);
    expect(await refused.handler.perform(mailAction(), FIRST)).toEqual({ state: 'failed', error: '550 no such user' });
    const late = setUp([new MailDeliveryError('451 later', 451, false)], { now: AT + 4 * 86_400_000 });
    expect(await late.handler.perform(mailAction({ attempts: 20 }), FIRST)).toMatchObject({ state: 'failed' });
    expect(refused.ledger.rows).toHaveLength(1);
    expect(late.ledger.rows).toHaveLength(1);
  });

  it('waits when mail is not set up: an admin can still do it', async () => {
    const { handler } = setUp([], { smtpUrl: null });
    expect(await handler.perform(mailAction(), FIRST)).toMatchObject({ state: 'retry', error: 'Mail is not set up.' });
  });

  it('waits when the ledger is out of reach before the mail was composed', async () => {
    const { handler, ledger, sent } = setUp([]);
    ledger.caseById = () => Promise.reject(new Error('database is locked'));
    expect(await handler.perform(mailAction(), FIRST)).toMatchObject({ state: 'retry', error: 'database is locked' });
    expect(sent).toHaveLength(0);
  });

  it('is done when the server took the mail, even if that cannot be noted', async () => {
    const { handler, ledger } = setUp([]);
    ledger.noteMail = () => Promise.reject(new Error('disk full'));
    expect(await handler.perform(mailAction(), FIRST)).toMatchObject({ state: 'done' });
  });

  it('fails an action that no later try can mend', async () => {
    const { handler } = setUp([]);
    await expect(handler.perform(mailAction({ payload: null }), FIRST)).rejects.toThrow(/payload|object/i);
  });
});

describe('the pause between tries', () => {
  it('starts below 10 s, doubles, and never gets longer than six hours', () => {
    expect([0, 1, 2, 3].map(pauseAfter)).toEqual([4_000, 8_000, 16_000, 32_000]);
    expect(pauseAfter(1)).toBeLessThan(10_000);
    expect(pauseAfter(1_000)).toBe(6 * 3_600_000);
  });
});
