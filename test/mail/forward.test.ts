import { describe, expect, it } from '@jest/globals';
import type { ActionHandler } from '../../src/actions/types.js';
import type { Config } from '../../src/config/types.js';
import { createForwardHandler, forwardingBeside, forwardOf, forwardsAt } from '../../src/mail/forward.js';
import { MailDeliveryError } from '../../src/mail/smtp.js';
import type { NewAction } from '../../src/store/records/actions.js';
import { HeimdallError } from '../../src/util/errors.js';
import { silentLogger } from '../../src/util/logger.js';
import { AT, caseRecord, mailAction, mailConfig, memoryLedger, reportOfCase7 } from './fixtures.js';

function setUp(
  options: {
    found?: string[];
    subject?: string;
    refuse?: (recipient: string) => Error | undefined;
    mail?: Partial<Config['mail']>;
  } = {},
) {
  const record = caseRecord({ subject: options.subject ?? '@impostor:evil.test' });
  const ledger = memoryLedger({ cases: [record], findings: [reportOfCase7] });
  const added: NewAction[] = [];
  ledger.commit = ((work: (tx: unknown) => Promise<unknown>) =>
    work({
      addActions: (actions: NewAction[]) => {
        added.push(...actions);
        return Promise.resolve([]);
      },
    })) as typeof ledger.commit;
  const sent: { recipient: string; raw: string }[] = [];
  const asked: string[] = [];
  const config = mailConfig('smtp://127.0.0.1:1');
  const handler = createForwardHandler({
    ledger,
    config: { ...config, mail: { ...config.mail, abuse_contact: 'abuse@example.org', ...options.mail } },
    contacts: {
      find: (server) => {
        asked.push(server);
        return Promise.resolve(options.found ?? ['mods@evil.test', 'admin@evil.test']);
      },
    },
    transport: {
      send: ({ recipient, raw }) => {
        const error = options.refuse?.(recipient);
        if (error !== undefined) return Promise.reject(error);
        sent.push({ recipient, raw });
        return Promise.resolve({ response: '250 ok' });
      },
      close: () => undefined,
    },
    clock: () => AT,
    logger: silentLogger,
  });
  const perform = (action: NewAction = forwardOf(record, 'report', 'r'), id = 70) =>
    handler.perform(mailAction({ ...action, id, caseId: 7, notBefore: undefined } as never), {
      mayHaveBeenSent: false,
    });
  return { perform, sent, asked, added, handler, ledger };
}

describe('the mail to the offender’s own server', () => {
  it('goes to the best contact, names the offender and not the reporter, and begins a thread of its own', async () => {
    const { perform, sent, asked } = setUp();
    expect(await perform()).toMatchObject({ state: 'done' });
    expect(asked).toEqual(['evil.test']);
    expect(sent.map(({ recipient }) => recipient)).toEqual(['mods@evil.test']);
    expect(sent[0]?.raw).toContain('To: mods@evil.test');
    expect(sent[0]?.raw).toContain('@impostor:evil.test');
    expect(sent[0]?.raw).not.toContain('alice');
    expect(sent[0]?.raw).not.toContain('References:');
  });

  it('is one a case: a second wish is the same action', () => {
    expect(forwardOf(caseRecord(), 'verdict', 'x').key).toBe(forwardOf(caseRecord(), 'report', 'y').key);
  });

  it.each([
    ['@evil:example.org', undefined, /our own server/],
    ['@evil:EXAMPLE.org:8448', undefined, /our own server/],
    ['@impostor:evil.test', ['Abuse@Example.org'], /our own/],
    ['@impostor:evil.test', [], /No desk of evil.test is known/],
  ])('about %s with the contacts %p is not sent', async (subject, found, why) => {
    const { perform, sent } = setUp({ subject, ...(found === undefined ? {} : { found }) });
    expect(await perform()).toMatchObject({ state: 'refused', error: expect.stringMatching(why) });
    expect(sent).toEqual([]);
  });

  it('asks the interlock about the offender', () => {
    const { handler } = setUp();
    const action = mailAction(forwardOf(caseRecord(), 'report', 'r') as never);
    expect(handler.guard?.(action)).toEqual({ about: 'user', userId: '@impostor:evil.test' });
  });

  it('goes to the next contact when the first refuses it for good', async () => {
    const { perform, sent, added } = setUp({
      refuse: (to) => (to.startsWith('mods') ? new MailDeliveryError('550 no such user', 550, true) : undefined),
    });
    expect(await perform()).toMatchObject({ state: 'refused', error: expect.stringContaining('550') });
    expect(await perform(added[0], 71)).toMatchObject({ state: 'done' });
    expect(sent.map(({ recipient }) => recipient)).toEqual(['admin@evil.test']);
  });

  it('is not sent twice because it could not be noted that the server took it', async () => {
    const { perform, sent, ledger } = setUp();
    ledger.noteMail = () => Promise.reject(new HeimdallError('HEIMDALL_E_DATABASE', 'database is locked', 'wait'));
    expect(await perform()).toMatchObject({ state: 'done', result: { recipient: 'mods@evil.test' } });
    expect(sent).toHaveLength(1);
  });

  it('goes to the next contact although it could not be noted that the first refuses it', async () => {
    const { perform, ledger, added } = setUp({ refuse: () => new MailDeliveryError('550 no such user', 550, true) });
    ledger.noteMail = () => Promise.reject(new HeimdallError('HEIMDALL_E_DATABASE', 'database is locked', 'wait'));
    expect(await perform()).toMatchObject({ state: 'refused', error: expect.stringContaining('550') });
    expect(added).toHaveLength(1);
  });

  it('is tried again while the server says later, with the same bytes', async () => {
    let refusals = 1;
    const { perform, sent, ledger } = setUp({
      refuse: () => (refusals-- > 0 ? new MailDeliveryError('451 later', 451, false) : undefined),
    });
    expect(await perform()).toMatchObject({ state: 'retry', afterMs: 4_000 });
    expect(await perform()).toMatchObject({ state: 'done' });
    expect(sent[0]?.raw).toBe(ledger.rows[0]?.raw);
  });

  it.each<[Config['mail']['forward'], 'verdict' | 'report', string | null, number]>([
    ['certain', 'verdict', 'certain', 1],
    ['certain', 'verdict', 'likely', 0],
    ['likely', 'report', 'certain', 0],
    ['ask', 'verdict', 'certain', 0],
    ['off', 'verdict', 'certain', 0],
  ])('with %s beside a mail about a %s of level %s is asked for %i times', async (forward, about, verdict, times) => {
    const { ledger, added } = setUp();
    ledger.caseById = () => Promise.resolve(caseRecord({ verdict }));
    const order: string[] = [];
    const ours: ActionHandler = {
      kind: 'mail',
      hasSideEffects: true,
      perform: () => {
        order.push(`ours after ${added.length}`);
        return Promise.resolve({ state: 'done' as const });
      },
    };
    const config = mailConfig('smtp://127.0.0.1:1');
    const handler = forwardingBeside(ours, { ledger, config: { mail: { ...config.mail, forward } } });
    await handler.perform(mailAction({ payload: { about, findingKey: 'r' } }), { mayHaveBeenSent: false });
    expect(added.map(({ key }) => key)).toEqual(Array.from({ length: times }, () => 'forward:case:7'));
    expect(order).toEqual([`ours after ${times}`]);
  });

  it('goes out by itself from the level on that the setting names', () => {
    const at = (forward: Config['mail']['forward']) =>
      ['possible', 'likely', 'certain'].filter((level) => forwardsAt(level, forward));
    expect([at('off'), at('ask'), at('likely'), at('certain')]).toEqual([[], [], ['likely', 'certain'], ['certain']]);
    expect(forwardsAt(null, 'likely')).toBe(false);
  });
});
