import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { pino } from 'pino';
import { caseAddress } from '../../src/mail/addresses.js';
import { createInboundDoor } from '../../src/mail/inbound.js';
import { MailReceiver } from '../../src/mail/receive.js';
import { createReportRouter } from '../../src/reports/endpoints.js';
import { complaintTaker } from '../../src/reports/mail-complaints.js';
import { createReportRecorder } from '../../src/reports/record.js';
import type { ReporterHomeserver } from '../../src/reports/reporter-homeserver.js';
import { Correspondence, openLedger } from '../../src/store/index.js';
import { dice } from './dice.js';
import { hostileMail, hostileRequest, sendBytes, sendMails, slowBodies } from './hostile.js';

const CLIENTS = 12;
const SLOW = 20;
const MAILS_AT_ONCE = 20;
const TABLES = ['cases', 'findings', 'actions', 'outbox', 'mail_answers', 'audit', 'seen_events'] as const;

type Counted = Record<string, number>;

/** The report endpoints and the mail door as they are, over a real ledger, with a homeserver that knows some tokens. */
export interface HostileDoors {
  /** rows of the ledger */
  traces(): Promise<Counted>;
  /** Sends so many hostile requests, while slow ones are open all the time; how often each answer came. */
  storm(count: { reports: number; mails: number; seed: number }): Promise<{ reports: Counted; mails: Counted }>;
  honestReport(): Promise<number>;
  honestAnswer(): Promise<number>;
  /** what the doors logged as faults of theirs */
  errors: string[];
  close(): Promise<void>;
}

export async function hostileDoors(dataDir: string, databaseUrl?: string): Promise<HostileDoors> {
  const ledger = await openLedger(databaseUrl === undefined ? { dataDir } : { dataDir, databaseUrl });
  const errors: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  const onReport = createReportRecorder({
    ledger,
    means: () => ({ mail: true, policyList: '!list:example.org' }),
    casesPerReporter: 20,
    clock: Date.now,
  });
  const server = await listening(
    createServer(
      express().use(
        createReportRouter({
          homeserver,
          serverName: 'example.org',
          botUserId: '@heimdall:example.org',
          onReport,
          clock: Date.now,
          logger,
        }),
      ),
    ),
  );
  const reportPort = (server.address() as AddressInfo).port;
  const door = createInboundDoor({
    bind: '127.0.0.1',
    port: 0,
    receiver: new MailReceiver({
      ledger,
      correspondence: new Correspondence(ledger),
      onKept: () => Promise.resolve(),
      complaints: { serverName: 'example.org', take: complaintTaker(onReport, Date.now) },
      clock: Date.now,
    }),
    clock: Date.now,
    logger,
  });
  door.start();
  while (door.port() === undefined) await sleep(10);
  const mailPort = door.port() ?? 0;
  // the case that forged answers aim at
  await ledger.commit((tx) =>
    tx.recordFinding({ subjectKind: 'user', subject: '@a:b.c', key: 'k', kind: 'report', seenAt: 1, data: {} }),
  );
  const plus = caseAddress('heimdall@example.org', 'case', 1, await ledger.secret('mail'));

  return {
    errors,
    async traces() {
      const counts: Counted = {};
      for (const table of TABLES) {
        const row = await ledger.reader
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirst();
        counts[table] = Number(row?.count ?? -1);
      }
      return counts;
    },
    async storm({ reports, mails, seed }) {
      const throwDice = dice(seed);
      const slow = slowBodies(reportPort, SLOW);
      const statuses: Counted = {};
      const codes: Counted = {};
      let left = reports;
      await Promise.all([
        ...Array.from({ length: CLIENTS }, async () => {
          while (left-- > 0) count(statuses, await sendBytes(reportPort, hostileRequest(throwDice)));
        }),
        (async () => {
          for (let sent = 0; sent < mails; sent += MAILS_AT_ONCE) {
            const some = Array.from({ length: Math.min(MAILS_AT_ONCE, mails - sent) }, () =>
              hostileMail(throwDice, plus),
            );
            for (const code of await sendMails(mailPort, some)) count(codes, code);
          }
        })(),
      ]);
      slow.end();
      return { reports: statuses, mails: codes };
    },
    honestReport: () =>
      sendBytes(
        reportPort,
        Buffer.from(
          'POST /_matrix/client/v3/users/%40spam%3Aevil.test/report HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
            'Authorization: Bearer good-honest\r\nContent-Length: 18\r\n\r\n{"reason":"spam!"}',
        ),
      ),
    honestAnswer: async () =>
      (
        await sendMails(mailPort, [{ from: 'desk@evil.test', to: plus, raw: 'From: desk@evil.test\r\n\r\nDone.' }])
      )[0] ?? 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await door.stop();
      await ledger.close();
    },
  };
}

function count(counted: Counted, answer: number): void {
  counted[answer] = (counted[answer] ?? 0) + 1;
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const answer = (status: number, body: Record<string, unknown>) => Promise.resolve({ status, body });

const homeserver: ReporterHomeserver = {
  whoami: (token) =>
    token.startsWith('good-')
      ? answer(200, { user_id: `@${token}:example.org` })
      : answer(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'Unrecognised' }),
  event: () => answer(404, { errcode: 'M_NOT_FOUND' }),
  eventById: () => answer(404, { errcode: 'M_NOT_FOUND' }),
  context: () => answer(404, { errcode: 'M_NOT_FOUND' }),
  profile: () => answer(404, { errcode: 'M_NOT_FOUND' }),
  resolveAlias: () => answer(404, { errcode: 'M_NOT_FOUND' }),
  report: () => answer(200, {}),
  close: () => Promise.resolve(),
};
