import { beforeEach, describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { pino } from 'pino';
import { MatrixError, type Homeserver } from '../../src/matrix/types.js';
import { createReportPoller } from '../../src/reports/poll.js';
import { incomingReport, type IncomingReport, type OnReport } from '../../src/reports/report.js';
import type { Ledger, LedgerTransaction } from '../../src/store/types.js';

const START = 1_800_000_000_000;
const MINUTE = 60_000;

interface Row {
  id: number;
  received_ts: number;
  user_id: string;
  [key: string]: unknown;
}

/** Synapse's two lists, as its admin API pages them: newest first, by offset. */
class SynapseStub {
  events: Row[] = [];
  users: Row[] = [];
  hidden = new Set<number>();
  asked: string[] = [];
  failure: MatrixError | undefined;
  missing: string | undefined;
  details = new Map<number, unknown>();
  #nextId = 1;

  reportEvent(received_ts: number, row: Partial<Row> = {}): Row {
    const id = this.#nextId++;
    const added = {
      id,
      received_ts,
      user_id: '@alice:example.org',
      room_id: '!room:example.org',
      event_id: `$event${id}`,
      sender: '@spammer:evil.test',
      reason: 'spam',
      score: -100,
      name: null,
      canonical_alias: null,
      ...row,
    };
    this.events.push(added);
    return added;
  }

  reportUser(received_ts: number, row: Partial<Row> = {}): Row {
    const added = {
      id: this.#nextId++,
      received_ts,
      user_id: '@alice:example.org',
      target_user_id: '@impostor:example.org',
      reason: 'not the real one',
      ...row,
    };
    this.users.push(added);
    return added;
  }

  request = ((_method: string, path: string, options?: { query?: Record<string, unknown>; admin?: boolean }) => {
    this.asked.push(path);
    if (this.failure) return Promise.reject(this.failure);
    if (this.missing !== undefined && path.includes(this.missing))
      return Promise.reject(new MatrixError(404, 'M_UNRECOGNIZED', 'Unrecognized request'));
    expect(options?.admin).toBe(true);
    const [, name, id] = /^\/_synapse\/admin\/v1\/(event_reports|user_reports)(?:\/(\d+))?$/.exec(path) ?? [];
    if (id !== undefined) return Promise.resolve(this.details.get(Number(id)) ?? {});
    expect(options?.query).toMatchObject({ dir: 'b' });
    const rows = (name === 'event_reports' ? this.events : this.users)
      .filter((row) => !this.hidden.has(row.id))
      .sort((a, b) => b.received_ts - a.received_ts);
    const { from = 0, limit = 100 } = (options?.query ?? {}) as { from?: number; limit?: number };
    return Promise.resolve({ [name ?? '']: rows.slice(from, from + limit), total: rows.length });
  }) as Homeserver['request'];
}

let synapse: SynapseStub;
let meta: Map<string, string>;
let taken: IncomingReport[];
let now: number;
let log: string;
let ledgerWorks: boolean;

beforeEach(() => {
  synapse = new SynapseStub();
  meta = new Map();
  taken = [];
  now = START;
  log = '';
  ledgerWorks = true;
});

/** As the ledger does it: the same key once, the note in the same commit. */
const onReport: OnReport = (report, note) => {
  if (!ledgerWorks) return Promise.reject(new Error('disk full'));
  if (!taken.some(({ key }) => key === report.key)) taken.push(report);
  if (note) meta.set(note.key, note.value);
  return Promise.resolve();
};

function poller() {
  const ledger: Pick<Ledger, 'commit' | 'meta'> = {
    meta: (key) => Promise.resolve(meta.get(key)),
    commit: (work) =>
      work({
        setMeta: (key: string, value: string) => Promise.resolve(void meta.set(key, value)),
      } as LedgerTransaction),
  };
  return createReportPoller({
    homeserver: { request: synapse.request, botUserId: '@heimdall:example.org' },
    ledger,
    onReport,
    clock: () => now,
    logger: pino({ level: 'info' }, { write: (line: string) => void (log += line) }),
  });
}

describe('the report poller', () => {
  it('takes a report about an event as a complaint about its sender, with the event as clients know it', async () => {
    const row = synapse.reportEvent(START + 1);
    synapse.details.set(row.id, {
      event_json: {
        type: 'm.room.message',
        sender: '@spammer:evil.test',
        content: { body: 'Buy!' },
        auth_events: [],
        signatures: {},
        unsigned: { age: 1 },
      },
    });
    await poller().poll();
    expect(taken).toEqual([
      {
        key: expect.any(String),
        reporter: '@alice:example.org',
        subjectKind: 'user',
        subject: '@spammer:evil.test',
        roomId: '!room:example.org',
        eventId: '$event1',
        reason: 'spam',
        source: 'synapse',
        at: START + 1,
        event: {
          type: 'm.room.message',
          event_id: '$event1',
          room_id: '!room:example.org',
          sender: '@spammer:evil.test',
          content: { body: 'Buy!' },
        },
      },
    ]);
  });

  it('takes a report about a user', async () => {
    synapse.reportUser(START + 1);
    await poller().poll();
    expect(taken).toMatchObject([
      { subjectKind: 'user', subject: '@impostor:example.org', reason: 'not the real one', source: 'synapse' },
    ]);
  });

  it('gives a report that came through our endpoint the key that it had there', async () => {
    synapse.reportEvent(START + 1, { event_id: '$spam', reason: 'spam' });
    synapse.reportUser(START + 2);
    await onReport(
      incomingReport({
        reporter: '@alice:example.org',
        subjectKind: 'user',
        subject: '@spammer:evil.test',
        roomId: '!room:example.org',
        eventId: '$spam',
        reason: 'spam',
        source: 'client',
        at: START,
      }),
    );
    await onReport(
      incomingReport({
        reporter: '@alice:example.org',
        subjectKind: 'user',
        subject: '@impostor:example.org',
        reason: 'not the real one',
        source: 'client',
        at: START,
      }),
    );
    await poller().poll();
    expect(taken.map(({ source }) => source)).toEqual(['client', 'client']);
  });

  it('complains about the room when nobody knows who sent the event, and takes a missing or odd reason as none', async () => {
    synapse.reportEvent(START, { sender: null, reason: null });
    synapse.reportEvent(START, { reason: { a: 1 } });
    await poller().poll();
    expect(taken).toMatchObject([
      { subjectKind: 'room', subject: '!room:example.org', reason: '' },
      { subjectKind: 'user', reason: '' },
    ]);
  });

  it('leaves out our own bot’s reports, those from before our first start, and rows of another form', async () => {
    synapse.reportEvent(START - 60 * MINUTE);
    synapse.reportEvent(START + 1, { user_id: '@heimdall:example.org' });
    synapse.events.push({ id: 90, received_ts: START + 2, user_id: '@alice:example.org', room_id: 7 });
    synapse.reportEvent(START + 3);
    await poller().poll();
    expect(taken).toMatchObject([{ at: START + 3 }]);
  });

  it('takes each report once, and asks for the event once', async () => {
    const one = poller();
    for (let look = 0; look < 3; look++) {
      synapse.reportEvent(START + look);
      await one.poll();
    }
    expect(taken.map(({ at }) => at)).toEqual([START, START + 1, START + 2]);
    expect(synapse.asked.filter((path) => /reports\/\d$/.test(path))).toHaveLength(3);
  });

  it('goes on where it was after a restart', async () => {
    synapse.reportEvent(START);
    await poller().poll();
    now = START + 60 * MINUTE;
    synapse.reportEvent(START + 30 * MINUTE);
    await poller().poll();
    now = START + 120 * MINUTE;
    synapse.asked = [];
    synapse.reportEvent(START + 90 * MINUTE);
    await poller().poll();
    expect(taken.map(({ at }) => at)).toEqual([START, START + 30 * MINUTE, START + 90 * MINUTE]);
    // the last minutes are looked through again after a restart, and nothing before them
    expect(synapse.asked.filter((path) => /reports\/\d$/.test(path))).toEqual([
      '/_synapse/admin/v1/event_reports/2',
      '/_synapse/admin/v1/event_reports/3',
    ]);
  });

  it('finds a report that appears in the list after later ones', async () => {
    const late = synapse.reportEvent(START + 1);
    synapse.hidden.add(late.id);
    synapse.reportEvent(START + 2);
    const one = poller();
    await one.poll();
    synapse.hidden.clear();
    await one.poll();
    expect(taken.map(({ at }) => at)).toEqual([START + 2, START + 1]);
  });

  it('reads a backlog of many pages, also when reports are deleted meanwhile, and then asks for little', async () => {
    for (let index = 0; index < 450; index++) synapse.reportUser(START + index, { reason: `${index}` });
    const all = synapse.request;
    let pages = 0;
    synapse.request = ((...request: Parameters<Homeserver['request']>) => {
      if (request[1].includes('user_reports') && ++pages === 2)
        synapse.users = synapse.users.filter(({ id }) => id <= 440);
      return all(...request);
    }) as Homeserver['request'];
    const one = poller();
    await one.poll();
    expect(new Set(taken.map(({ reason }) => reason)).size).toBe(450);
    expect(taken.map(({ at }) => at)).toEqual([...taken.map(({ at }) => at)].sort((a, b) => a - b));
    now += 60 * MINUTE;
    synapse.reportUser(now, { reason: 'new' });
    await one.poll();
    pages = 0;
    await one.poll();
    expect(pages).toBeLessThanOrEqual(2);
  });

  it('says once that it may not read the lists, tries at each look, and then takes what came meanwhile', async () => {
    synapse.failure = new MatrixError(403, 'M_FORBIDDEN', 'You are not a server admin');
    const one = poller();
    await one.poll();
    synapse.reportEvent(START + 1);
    now += MINUTE;
    await one.poll();
    expect(log.match(/cannot be read/g)).toHaveLength(2);
    synapse.failure = undefined;
    await one.poll();
    expect(taken).toHaveLength(1);
  });

  it('reads event reports from a Synapse that has no user reports yet', async () => {
    synapse.missing = 'user_reports';
    synapse.reportEvent(START + 1);
    await poller().poll();
    expect(taken).toHaveLength(1);
  });

  it('does not ask again before a 429 says so', async () => {
    synapse.failure = new MatrixError(429, 'M_LIMIT_EXCEEDED', 'slow down', 30_000);
    const one = poller();
    await one.poll();
    const asked = synapse.asked.length;
    now += 29_999;
    await one.poll();
    expect(synapse.asked).toHaveLength(asked);
    now += 1;
    await one.poll();
    expect(synapse.asked.length).toBeGreaterThan(asked);
  });

  it('takes a report at the next look when the ledger could not take it at this one', async () => {
    synapse.reportEvent(START + 1);
    synapse.reportEvent(START + 2);
    ledgerWorks = false;
    const one = poller();
    await one.poll();
    ledgerWorks = true;
    await one.poll();
    expect(taken.map(({ at }) => at)).toEqual([START + 1, START + 2]);
  });

  it('logs neither who reported nor what they said', async () => {
    synapse.reportEvent(START + 1, { reason: 'very private words' });
    await poller().poll();
    expect(log).toContain('report taken');
    expect(log).not.toMatch(/alice|private/);
  });

  it('looks by itself from start to stop', async () => {
    const one = createReportPoller({
      homeserver: { request: synapse.request, botUserId: '@heimdall:example.org' },
      ledger: {
        meta: (key) => Promise.resolve(meta.get(key)),
        commit: (work) => work({ setMeta: () => Promise.resolve() } as unknown as LedgerTransaction),
      },
      onReport,
      clock: () => now,
      logger: pino({ level: 'silent' }),
      intervalMs: 5,
    });
    one.start();
    synapse.reportEvent(START + 1);
    while (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.stop();
    const asked = synapse.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(synapse.asked).toHaveLength(asked);
  });

  it('stops while the homeserver does not answer, and logs nothing of it', async () => {
    let refuse: (error: Error) => void = () => undefined;
    let asked = 0;
    const request = (() => {
      asked += 1;
      return new Promise((_resolve, reject) => (refuse = reject));
    }) as Homeserver['request'];
    const one = createReportPoller({
      homeserver: { request, botUserId: '@heimdall:example.org' },
      ledger: {
        meta: () => Promise.resolve(String(START)),
        commit: () => Promise.reject(new Error('the ledger is closed')),
      },
      onReport,
      clock: () => now,
      logger: pino({ level: 'info' }, { write: (line: string) => void (log += line) }),
      intervalMs: 5,
    });
    one.start();
    while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.stop();
    // the connection is closed next, which ends the request
    refuse(new MatrixError(0, 'HEIMDALL_E_NETWORK', 'closed'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([asked, log]).toEqual([1, '']);
  });

  it('misses and doubles nothing, whatever comes between looks, restarts and failures', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('report' as const), after: fc.nat(9 * MINUTE), late: fc.boolean() }),
      fc.record({ do: fc.constantFrom('look', 'restart', 'fail', 'show') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        synapse = new SynapseStub();
        meta = new Map();
        taken = [];
        now = START;
        let one = poller();
        await one.poll();
        for (const move of steps) {
          if (move.do === 'report') {
            now += 'after' in move ? move.after : 0;
            // what is late is there before the look-back time is over
            synapse.hidden.clear();
            const row = synapse.reportUser(now, { reason: `${synapse.users.length}` });
            if ('late' in move && move.late) synapse.hidden.add(row.id);
          } else if (move.do === 'show') synapse.hidden.clear();
          else if (move.do === 'restart') one = poller();
          else {
            ledgerWorks = move.do === 'look';
            await one.poll();
            ledgerWorks = true;
          }
        }
        synapse.hidden.clear();
        await one.poll();
        expect(taken.map(({ reason }) => Number(reason)).sort((a, b) => a - b)).toEqual(
          synapse.users.map((_, index) => index),
        );
      }),
      { numRuns: 200 },
    );
  });
});
