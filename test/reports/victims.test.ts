import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { recordSighting } from '../../src/cases/record.js';
import type { Config } from '../../src/config/types.js';
import { MatrixError } from '../../src/matrix/types.js';
import { Victims, warningsOf } from '../../src/reports/victims.js';
import { Correspondence, openLedger } from '../../src/store/index.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import { silentLogger } from '../../src/util/logger.js';

const IMPOSTOR = '@server:evil.test';
const OFFICIAL = '@server:a.test';
const BOT = '@heimdall:a.test';

let folder: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let victims: Victims;
let rooms: Map<string, string[]>;
let notices: { user_id: string; content: { body: string } }[];
let messages: { roomId: string; body: string }[];
let serverNotices: boolean;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-victims-'));
  ledger = await openLedger({ dataDir: folder });
  rooms = new Map();
  notices = [];
  messages = [];
  serverNotices = true;
  const request = (_method: string, where: string, options: { body?: unknown } = {}) => {
    const room = /\/rooms\/([^/]+)\/members/.exec(where)?.[1];
    if (room !== undefined) {
      const members = rooms.get(decodeURIComponent(room));
      return members === undefined
        ? Promise.reject(new MatrixError(403, 'M_FORBIDDEN', 'no'))
        : Promise.resolve({ members, total: members.length });
    }
    if (!serverNotices) return Promise.reject(new MatrixError(400, 'M_UNKNOWN', 'Server notices are not enabled'));
    notices.push(options.body as (typeof notices)[number]);
    return Promise.resolve({ event_id: '$n' });
  };
  victims = new Victims({
    homeserver: {
      botUserId: BOT,
      request,
      sendEvent: (roomId: string, _type: string, _txn: string, { body }: { body: string }) => {
        messages.push({ roomId, body });
        return Promise.resolve('$m');
      },
    },
    ledger,
    correspondence: new Correspondence(ledger),
    config: {
      homeserver: { server_name: 'a.test' },
      protected_identities: [{ user_id: OFFICIAL, variants: ['@help:a.test'] }],
      reports: { language: 'en', warn_victims: 'certain' },
    } as unknown as Config,
    roomWith: (userId: string) => Promise.resolve(`!dm-${userId}`),
    clock: () => 1_000,
    logger: silentLogger,
  } as unknown as ConstructorParameters<typeof Victims>[0]);
});
afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const seen = (over: { level?: string; source?: string; roomId?: string; invited?: string; subject?: string } = {}) =>
  ledger.commit((tx) => {
    const { level = 'certain', source = 'invite', roomId = '!small:evil.test', invited = '@alice:a.test' } = over;
    const subject = over.subject ?? IMPOSTOR;
    const key = `k${(count += 1)}`;
    return recordSighting(
      tx,
      {
        finding: {
          subjectKind: 'user',
          subject,
          key,
          kind: 'verdict',
          seenAt: 1,
          verdict: { level, score: 4, protected: OFFICIAL },
          data: {
            sighting: { userId: subject, displayName: 'Asgard' },
            verdict: { verdict: level, score: 4, protected: OFFICIAL, evidence: [] },
            where: { source, roomId, at: 1 },
            ...(source === 'invite' ? { event: { type: 'm.room.member', sender: subject, state_key: invited } } : {}),
          },
        },
        sighting: { displayName: 'Asgard' },
      } as Parameters<typeof recordSighting>[1],
      1_000,
    );
  });

/** Carries out what is due, and what follows, as the executor would. */
async function carryOut(actions: readonly ActionRecord[]): Promise<string[]> {
  const states: string[] = [];
  for (const action of actions) {
    const handler = victims.handlers().find(({ kind }) => kind === action.kind);
    const outcome = await handler?.perform(action, { mayHaveBeenSent: false } as never);
    states.push(outcome?.state ?? 'none');
    const follow = (outcome as { follow?: Parameters<typeof ledger.endAction>[1] }).follow;
    await ledger.commit((tx) => tx.addActions((follow as never) ?? []));
    await ledger.endAction(action.id, { state: 'done', at: 1 });
  }
  return states;
}
const warned = () => [...notices.map(({ user_id }) => user_id)].sort();
async function warn(caseId = 1): Promise<void> {
  const record = await ledger.caseById(caseId);
  if (record === undefined) throw new Error('no case');
  await carryOut(await ledger.commit((tx) => tx.addActions([warningsOf(record, `test:${(count += 1)}`)])));
  await carryOut(
    (await ledger.actionsOf(caseId)).filter(({ kind, state }) => kind === 'warn_victim' && state === 'due'),
  );
}

describe('people whom an impostor approached', () => {
  it('get one notice: which account is false, which is official, what to do', async () => {
    rooms.set('!small:evil.test', [IMPOSTOR, '@alice:a.test', '@carol:a.test', '@dave:other.test']);
    await seen();
    await warn();
    expect(warned()).toEqual(['@alice:a.test', '@carol:a.test']);
    expect(notices[0]?.content.body).toContain(IMPOSTOR);
    expect(notices[0]?.content.body).toContain(OFFICIAL);
    expect(notices[0]?.content.body).toMatch(/no password/);
    expect(notices[0]?.content.body).not.toContain('Asgard');
    // asked again, and seen again: nobody is warned twice, who came since is warned
    await seen({ invited: '@erin:a.test' });
    await warn();
    await warn();
    expect(warned()).toEqual(['@alice:a.test', '@carol:a.test', '@erin:a.test']);
  });

  it('get a direct message where the homeserver sends no notices', async () => {
    serverNotices = false;
    await seen();
    await warn();
    expect(messages).toEqual([{ roomId: '!dm-@alice:a.test', body: expect.stringContaining(OFFICIAL) }]);
  });

  it('are not those of a large room, nor people elsewhere, nor the official accounts, nor we', async () => {
    rooms.set('!small:evil.test', [IMPOSTOR, OFFICIAL, '@help:a.test', BOT, '@x:other.test', '@a.test:evil.test']);
    rooms.set(
      '!large:evil.test',
      Array.from({ length: 11 }, (_, at) => `@u${at}:a.test`),
    );
    await seen({ invited: '@bob:other.test' });
    await seen({ source: 'member', roomId: '!large:evil.test' });
    await warn();
    expect(notices).toEqual([]);
  });

  it.each(['possible', 'likely'])('are not warned of who is only %s', async (level) => {
    await seen({ level });
    await warn();
    expect(notices).toEqual([]);
  });

  it('are not warned of whom people have dismissed, also when the warning was on its way', async () => {
    await seen();
    const record = await ledger.caseById(1);
    if (record === undefined) throw new Error('no case');
    await carryOut(await ledger.commit((tx) => tx.addActions([warningsOf(record, 'x')])));
    await ledger.commit((tx) => tx.setCaseState(1, 'dismissed', 2_000));
    const due = (await ledger.actionsOf(1)).filter(({ kind, state }) => kind === 'warn_victim' && state === 'due');
    expect(due).toHaveLength(1);
    expect(await carryOut(due)).toEqual(['refused']);
    expect(notices).toEqual([]);
  });

  it('are found by themselves from now on: not those of the past, each sighting once', async () => {
    await seen({ invited: '@before:a.test' });
    await victims.look();
    await victims.look();
    const due = async () => (await ledger.actionsOf(2)).filter(({ kind }) => kind === 'warn_victims').length;
    expect((await ledger.actionsOf(1)).filter(({ kind }) => kind === 'warn_victims')).toEqual([]);
    await seen({ subject: '@server:worse.test' });
    await seen({ subject: '@maybe:worse.test', level: 'likely' });
    await victims.look();
    await victims.look();
    expect(await due()).toBe(1);
    expect(await ledger.actionsOf(3)).toEqual([]);
  });
});
