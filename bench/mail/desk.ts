/**
 * Reports in and mail out.
 *
 * - Reports over HTTP: the whole way (token, zod, case, notice, mail asked for) with the commit before each 200, on
 *   SQLite and on PostgreSQL, from 4 and from 16 clients at once. Rival: a bare express that keeps the bodies in memory
 *   and asks nobody anything.
 * - Mails composed: text, feedback report and XARF of a verdict, without its picture. Rival: nodemailer's own composer
 *   with the same text as one plain part.
 * - A send with 100,000 mails in the outbox, against the same with none.
 * - Answers by SMTP matched to their cases, one connection after another from 8 clients. Rival: the same server that
 *   reads and drops.
 *
 * "/s" is by the clock, "/s of processor" by the processor time of this process: a busy machine disturbs that least.
 * The clients run in this process too, for both sides alike. The ratio compares processor time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import express from 'express';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { SMTPServer } from 'smtp-server';
import { Pool } from 'undici';
import { caseAddress } from '../../src/mail/addresses.js';
import { composeAbuseMail } from '../../src/mail/compose.js';
import { createInboundDoor } from '../../src/mail/inbound.js';
import { MailReceiver } from '../../src/mail/receive.js';
import type { AbuseMail, MailIdentity } from '../../src/mail/types.js';
import { loadMailWords } from '../../src/mail/words.js';
import { createReportRouter } from '../../src/reports/endpoints.js';
import { createReportRecorder } from '../../src/reports/record.js';
import type { ReporterHomeserver } from '../../src/reports/reporter-homeserver.js';
import { Correspondence, openLedger } from '../../src/store/index.js';
import { silentLogger } from '../../src/util/logger.js';
import type { Row } from '../row.js';
import { withPostgres } from '../store/postgres.js';

const REPORTS = 2_000;
const CLIENTS = [4, 16] as const;
const MAILS = 500;
const OUTBOX_ROWS = 100_000;
const ANSWERS = [1_000, 10_000] as const;
const SENDERS = 8;

type Ledger = Awaited<ReturnType<typeof openLedger>>;

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const ledger = await openLedger({ dataDir: folder });
  try {
    const rows: Row[] = [];
    await withPostgres(async (databaseUrl) => {
      const other = await openLedger({ dataDir: folder, databaseUrl });
      try {
        for (const clients of CLIENTS) {
          const bare = await bareExpress(clients);
          rows.push(await reports(ledger, 'SQLite', clients, bare), await reports(other, 'PostgreSQL', clients, bare));
        }
      } finally {
        await other.close();
      }
    });
    rows.push(await composed());
    for (const count of ANSWERS) rows.push(await answers(ledger, count));
    rows.push(await outbox(ledger));
    return rows;
  } finally {
    await ledger.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const answer = (body: Record<string, unknown>) => Promise.resolve({ status: 200, body });

/** Every token is somebody's: so many people report. */
const homeserver: ReporterHomeserver = {
  whoami: (token) => answer({ user_id: `@${token}:example.org` }),
  event: () => answer({}),
  eventById: () => answer({}),
  context: () => answer({}),
  profile: () => answer({ displayname: 'Somebody' }),
  resolveAlias: () => answer({}),
  report: () => answer({}),
  close: () => Promise.resolve(),
};

async function serve(app: express.Express): Promise<{ port: number; server: Server }> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

/** How many things were done, in how much time by the clock and of this process's processor. */
interface Effort {
  perSecond: number;
  perProcessorSecond: number;
}

async function effortOf(count: number, work: () => Promise<unknown>): Promise<Effort> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (count * 1000) / (performance.now() - began),
    perProcessorSecond: (count * 1_000_000) / (user + system),
  };
}

const rounded = (value: number): string => Math.round(value).toLocaleString('en');
const shown = ({ perSecond, perProcessorSecond }: Effort): string =>
  `${rounded(perSecond)}/s, ${rounded(perProcessorSecond)}/s of processor`;

type Flood = Effort & { p50: number; p99: number };
const shownFlood = (flood: Flood): string =>
  `${shown(flood)}, p50 ${flood.p50.toFixed(1)} ms, p99 ${flood.p99.toFixed(1)} ms`;

async function bareExpress(clients: number): Promise<Flood> {
  const kept: unknown[] = [];
  const { port, server } = await serve(
    express().post('/{*any}', express.json(), (request, response) => {
      kept.push(request.body);
      response.json({});
    }),
  );
  const bare = await flood(port, clients);
  server.close();
  return bare;
}

async function reports(ledger: Ledger, database: string, clients: number, bare: Flood): Promise<Row> {
  const { port, server } = await serve(
    express().use(
      createReportRouter({
        homeserver,
        serverName: 'example.org',
        botUserId: '@heimdall:example.org',
        onReport: createReportRecorder({
          ledger,
          means: () => ({ mail: true, policyList: '!list:example.org' }),
          casesPerReporter: 100_000,
          clock: Date.now,
        }),
        clock: Date.now,
        logger: silentLogger,
        passOn: false,
      }),
    ),
  );
  const ours = await flood(port, clients);
  server.close();
  return {
    work: `${REPORTS} reports over HTTP from ${clients} clients, committed to ${database} before the 200`,
    rival: 'bare express, in memory',
    ours: shownFlood(ours),
    theirs: shownFlood(bare),
    ratio: ours.perProcessorSecond / bare.perProcessorSecond,
    target: '>= 100/s',
  };
}

async function flood(port: number, clients: number): Promise<Flood> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: clients });
  const times: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let number = next++; number < REPORTS; number = next++) {
      const began = performance.now();
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: `/_matrix/client/v3/users/${encodeURIComponent(`@spam${clients}x${number % 400}:evil.test`)}/report`,
        headers: { authorization: `Bearer reporter${number % 200}`, 'content-type': 'application/json' },
        body: JSON.stringify({ reason: `sells rings ${number}` }),
      });
      if (statusCode !== 200) throw new Error(`report answered ${statusCode}`);
      await body.dump();
      times.push(performance.now() - began);
    }
  };
  const effort = await effortOf(REPORTS, () => Promise.all(Array.from({ length: clients }, client)));
  await pool.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { ...effort, p50: at(0.5), p99: at(0.99) };
}

const identity: MailIdentity = {
  serverName: 'example.org',
  from: { name: 'Heimdall', address: 'heimdall@example.org' },
  recipient: 'abuse@evil.test',
  replyTo: 'heimdall+case-1-00112233445566778899@example.org',
  appealTo: 'heimdall+appeal-1-00112233445566778899@example.org',
  envelopeFrom: 'heimdall+bounce-1-00112233445566778899@example.org',
  userAgent: 'Heimdall',
  words: loadMailWords(),
};

function mailOf(number: number): AbuseMail {
  const offender = `@server${number}:evil.test`;
  return {
    caseId: number,
    subjectKind: 'user',
    subject: offender,
    offender,
    about: {
      kind: 'impersonation',
      verdict: {
        verdict: 'certain',
        score: 4,
        protected: '@server:example.org',
        evidence: [
          {
            field: 'display_name',
            protected: '@server:example.org',
            disguise: 'homoglyph',
            view: 'skeleton',
            weight: 4,
            sentence: 'The "е" in "Ехample" is Cyrillic.',
          },
        ],
      },
    },
    captured: { displayName: 'Ехample (Official Account)', avatarUrl: 'mxc://evil.test/a' },
    official: { userId: '@server:example.org', displayNames: ['Example (Official Account)'], domains: ['example.org'] },
    seen: { source: 'member', roomId: '!room:example.org', eventId: `$e${number}`, at: 1_790_000_000_000 },
    event: { type: 'm.room.member', sender: offender, state_key: offender, content: { membership: 'join' } },
    counts: { sightings: 1, reports: 0, rooms: 1, firstSeenAt: 1_790_000_000_000, lastSeenAt: 1_790_000_000_000 },
    withheld: [],
    messageId: `<heimdall.${number}.00112233445566778899aabbccddeeff@example.org>`,
    reportId: '00112233-4455-4677-a899-aabbccddeeff',
    date: 1_790_000_001_000,
    thread: [],
  };
}

async function composed(): Promise<Row> {
  const mails = Array.from({ length: MAILS }, (_, number) => mailOf(number));
  const timed = async (work: (mail: AbuseMail) => Promise<unknown>): Promise<Effort> => {
    for (const mail of mails.slice(0, 100)) await work(mail);
    return effortOf(MAILS, async () => {
      for (const mail of mails) await work(mail);
    });
  };
  const ours = await timed((mail) => composeAbuseMail(mail, identity));
  const theirs = await timed((mail) =>
    new MailComposer({
      from: 'heimdall@example.org',
      to: 'abuse@evil.test',
      subject: mail.offender,
      text: 'x'.repeat(1_500),
    })
      .compile()
      .build(),
  );
  return {
    work: `${MAILS} mails composed with feedback report and XARF`,
    rival: 'nodemailer, one plain part',
    ours: shown(ours),
    theirs: shown(theirs),
    ratio: ours.perProcessorSecond / theirs.perProcessorSecond,
    target: '>= 1000/s',
  };
}

async function answers(ledger: Ledger, count: number): Promise<Row> {
  const correspondence = new Correspondence(ledger);
  const receiver = new MailReceiver({ ledger, correspondence, onKept: () => Promise.resolve(), clock: Date.now });
  let hour = 0;
  // an hour goes by with each look, so that the limit an hour is not what is measured
  const door = createInboundDoor({
    bind: '127.0.0.1',
    port: 0,
    receiver,
    clock: () => (hour += 3_600_000),
    logger: silentLogger,
  });
  door.start();
  const sink = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, _session, callback) => {
      stream.resume();
      stream.on('end', () => callback(null, 'taken'));
    },
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', () => resolve()));
  while (door.port() === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  const plus = caseAddress('heimdall@example.org', 'case', 1, await ledger.secret('mail'));
  const ours = await send(door.port() ?? 0, plus, count);
  const theirs = await send((sink.server.address() as AddressInfo).port, plus, count);
  await door.stop();
  await new Promise<void>((resolve) => sink.close(() => resolve()));
  return {
    work: `${count.toLocaleString('en')} answers by SMTP matched to their case and kept`,
    rival: 'the same server, reads and drops',
    ours: shown(ours),
    theirs: shown(theirs),
    ratio: ours.perProcessorSecond / theirs.perProcessorSecond,
    target: '>= 500/s',
  };
}

/** Mails a second, several to a connection as mail servers do it. */
async function send(port: number, to: string, count: number): Promise<Effort> {
  let next = 0;
  const sender = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      const script = function* (): Generator<string> {
        yield 'EHLO bench\r\n';
        for (let number = next++; number < count; number = next++) {
          yield 'MAIL FROM:<desk@evil.test>\r\n';
          yield `RCPT TO:<${to}>\r\n`;
          yield 'DATA\r\n';
          yield `From: desk@evil.test\r\nSubject: Re: Abuse report\r\nMessage-ID: <${port}.${count}.${number}@evil.test>\r\n\r\nWe look into it.\r\n.\r\n`;
        }
        yield 'QUIT\r\n';
      };
      const lines = script();
      let buffered = '';
      socket.on('data', (chunk) => {
        buffered += chunk.toString('latin1');
        // the last line of a reply has a blank behind its code
        const done = /^(\d{3}) [^\r\n]*\r\n$/m.exec(buffered);
        if (done === null) return;
        buffered = '';
        if (Number(done[1]) >= 400) return void socket.destroy(new Error(`SMTP ${done[0].trim()}`));
        const { value, done: over } = lines.next();
        if (over !== true) socket.write(value);
      });
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
  return effortOf(count, () => Promise.all(Array.from({ length: SENDERS }, sender)));
}

/** What one send costs in the ledger: the row is composed, read and noted. */
async function outbox(ledger: Ledger): Promise<Row> {
  let made = 0;
  const actions = async (count: number): Promise<number[]> =>
    (
      await ledger.commit((tx) =>
        tx.addActions(
          Array.from({ length: count }, () => {
            made += 1;
            return { caseId: 1, kind: 'bench', lane: `bench:${made}`, key: `bench:${made}`, payload: {} };
          }),
        ),
      )
    ).map(({ id }) => id);
  const row = (action: number) => ({
    caseId: 1,
    messageId: `<bench.${action}@example.org>`,
    recipient: 'abuse@evil.test',
    envelopeFrom: 'heimdall@example.org',
    raw: 'x'.repeat(500),
    createdAt: action,
  });
  const sends = async (count: number): Promise<Effort> => {
    const ids = await actions(count);
    return effortOf(count, async () => {
      for (const id of ids) {
        const stored = await ledger.outboxOf(id, () => Promise.resolve(row(id)));
        await ledger.noteMail(stored.id, { sentAt: 1, response: '250' });
      }
    });
  };
  await sends(200);
  const empty = await sends(500);
  for (let filled = 0; filled < OUTBOX_ROWS; filled += 500) {
    const ids = await actions(500);
    await ledger.write((db) =>
      db
        .insertInto('outbox')
        .values(
          ids.map((id) => ({
            action_id: id,
            case_id: 1,
            message_id: `<bench.${id}@example.org>`,
            recipient: 'abuse@evil.test',
            envelope_from: 'heimdall@example.org',
            raw: 'x'.repeat(500),
            created_at: id,
            sent_at: 1,
            response: '250',
          })),
        )
        .execute(),
    );
  }
  const full = await sends(500);
  return {
    work: `a send noted with ${OUTBOX_ROWS.toLocaleString('en')} mails in the outbox`,
    rival: 'ours, with an empty outbox',
    ours: shown(full),
    theirs: shown(empty),
    ratio: full.perProcessorSecond / empty.perProcessorSecond,
    target: '>= 0.8 x',
  };
}
