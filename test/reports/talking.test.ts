import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';
import { MatrixError } from '../../src/matrix/types.js';
import { DirectChats } from '../../src/reports/direct.js';
import type { IncomingReport } from '../../src/reports/report.js';
import { Correspondence, openLedger } from '../../src/store/index.js';

const BOT = '@heimdall:a.test';
const ALICE = '@alice:a.test';
const CHAT = '!chat:a.test';
const SCAM = '!scam';

/** What the executor would do with the bot's actions, one after another. */
describe('a direct chat', () => {
  let folder: string;
  let ledger: Awaited<ReturnType<typeof openLedger>>;
  let chats: DirectChats;
  let reports: IncomingReport[];
  /** what stands in the chat when the bot looks, latest first */
  let written: Record<string, unknown>[];
  let membersOfScam: Record<string, string>;
  /** so often the chat may not be joined yet */
  let refusals: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-talking-'));
    ledger = await openLedger({ dataDir: folder });
    reports = [];
    written = [];
    refusals = 0;
    membersOfScam = { [ALICE]: 'join', '@mallory:evil.test': 'join' };
    const event = { event_id: '$lie', room_id: SCAM, sender: '@mallory:evil.test', type: 'm.room.message' };
    const homeserver = {
      botUserId: BOT,
      join: () =>
        (refusals -= 1) < 0
          ? Promise.resolve(CHAT)
          : Promise.reject(new MatrixError(403, 'M_FORBIDDEN', 'not invited')),
      recentEvents: () => Promise.resolve(written),
      resolveAlias: (alias: string) =>
        alias.endsWith(':dead.test')
          ? Promise.reject(new MatrixError(504, 'M_UNKNOWN', 'no answer'))
          : Promise.resolve(alias === '#lobby:a.test' ? '!lobby' : undefined),
      event: () => Promise.reject(new MatrixError(403, 'M_FORBIDDEN', 'not in the room')),
      adminRoomMembers: () =>
        Promise.resolve(
          Object.entries(membersOfScam).map(([state_key, membership]) => ({ state_key, content: { membership } })),
        ),
      request: (_method: string, where: string) =>
        /\/_synapse\/admin\/v1\/rooms\/.*\/context\//.test(where)
          ? Promise.resolve({
              event: { ...event, content: { msgtype: 'm.text', body: 'send me your key' }, unsigned: { age: 1 } },
              events_before: [
                { ...event, event_id: '$before', content: { msgtype: 'm.text', body: 'I am the admin' } },
              ],
              state: [
                {
                  type: 'm.room.member',
                  state_key: '@mallory:evil.test',
                  content: { membership: 'join', displayname: 'The admin' },
                },
              ],
            })
          : Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'no')),
    };
    chats = new DirectChats({
      homeserver,
      ledger,
      correspondence: new Correspondence(ledger),
      config: {
        homeserver: { server_name: 'a.test' },
        protected_identities: [{ user_id: '@server:a.test', variants: [], rooms: ['#lobby:a.test', '!help'] }],
        reports: { receipts: true, language: 'en' },
      },
      detector: () => ({ inspect: () => ({ protected: null }) }),
      officialRooms: () => new Set(['!lobby', '!help', '!successor']),
      isProtectedRoom: () => false,
      onReport: (report: IncomingReport) => Promise.resolve(void reports.push(report)),
      clock: Date.now,
    } as unknown as ConstructorParameters<typeof DirectChats>[0]);
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const says = (body: string, id = '$said') => ({
    event_id: id,
    room_id: CHAT,
    sender: ALICE,
    type: 'm.room.message',
    origin_server_ts: 1,
    content: { msgtype: 'm.text', body },
  });
  const carryOut = async (action: NewAction | undefined, attempts = 0): Promise<NewAction[]> => {
    const handler = chats.handlers().find(({ kind }) => kind === action?.kind);
    const record = { ...action, id: 1, attempts } as unknown as ActionRecord;
    const outcome = await handler?.perform(record, {} as never);
    return outcome?.state === 'done' ? (outcome.follow ?? []) : [];
  };
  const invite = {
    event_id: '$invite',
    room_id: CHAT,
    sender: ALICE,
    type: 'm.room.member',
    state_key: BOT,
    origin_server_ts: 1,
    content: { membership: 'invite', is_direct: true },
  };
  const begin = () => carryOut(chats.actionsOf(invite)[0]);
  const bodyOf = (action: NewAction | undefined): string =>
    String((action?.payload as { content?: { body?: unknown } } | undefined)?.content?.body);
  const answerTo = async (body: string): Promise<string> => {
    await begin();
    return bodyOf((await carryOut(chats.actionsOf(says(body) as never)[0]))[0]);
  };

  it('that begins with its first message answers it, after the greeting, once', async () => {
    written = [
      says('is @mallory:evil.test official?', '$second'),
      { ...says('x', '$bots'), sender: BOT },
      says('hello'),
      invite,
      says('from before the invite', '$older'),
    ];
    const [greeting, first, second, ...more] = await begin();
    expect([bodyOf(greeting).slice(0, 5), first?.key, second?.key, more]).toEqual([
      'Hello',
      'answer_chat:$said',
      'answer_chat:$second',
      [],
    ]);
    // the same message, when the homeserver sends it as well
    expect(chats.actionsOf(says('hello') as never)[0]?.key).toBe(first?.key);
    expect(bodyOf((await carryOut(second))[0])).toContain('@server:a.test');
  });

  it('is joined again when the server of the inviter does not know of its own invite yet', async () => {
    refusals = 6;
    const join = (attempts: number) =>
      chats
        .handlers()
        .find(({ kind }) => kind === 'join_chat')
        ?.perform({ ...chats.actionsOf(invite)[0], attempts } as unknown as ActionRecord, {} as never);
    for (let attempts = 0; attempts < 5; attempts++) expect(await join(attempts)).toMatchObject({ state: 'retry' });
    await expect(join(5)).rejects.toThrow('not invited');
    expect(await join(1)).toMatchObject({ state: 'done' });
  });

  it.each([
    ['is #lobby:a.test official?', 'Yes, #lobby:a.test is an official room.'],
    ['https://matrix.to/#/!successor?via=a.test official?', 'Yes, !successor is an official room.'],
    ['Ist #lobby:a.test offiziell?', 'Ja, #lobby:a.test ist ein offizieller Raum.'],
    ['#1obby:a.test?', 'No, #1obby:a.test is not official; the official one is #lobby:a.test, !help.'],
    ['@server:a.test?', 'Yes, @server:a.test is an official account.'],
  ])('answers %p in one sentence', async (body, sentence) => {
    expect((await answerTo(body)).replace(/[\u2066-\u2069]/g, '')).toBe(sentence);
  });

  it('asks a server that does not answer again for its alias, and at last answers without', async () => {
    await begin();
    const asked = chats.actionsOf(says('#lobby:dead.test official?') as never)[0];
    await expect(carryOut(asked, 1)).rejects.toThrow('no answer');
    expect(bodyOf((await carryOut(asked, 2))[0])).toMatch(/^No, /);
  });

  it('takes a link to a message between two, where the bot is not: a complaint about who wrote it', async () => {
    expect(await answerTo(`https://matrix.to/#/${SCAM}/$lie?via=evil.test wants my key`)).toMatch(/report was taken/);
    expect(reports).toEqual([
      expect.objectContaining({
        subjectKind: 'user',
        subject: '@mallory:evil.test',
        roomId: SCAM,
        eventId: '$lie',
        reason: 'wants my key',
        profile: { displayName: 'The admin', avatarUrl: null },
        context: [expect.objectContaining({ event_id: '$before' })],
      }),
    ]);
    expect(reports[0]?.event).not.toHaveProperty('unsigned');
  });

  it('brings nobody the messages of a room that they are not in', async () => {
    membersOfScam = { '@mallory:evil.test': 'join', [ALICE]: 'invite' };
    await answerTo(`https://matrix.to/#/${SCAM}/$lie?via=evil.test curious`);
    expect(reports).toEqual([expect.objectContaining({ subjectKind: 'room', subject: SCAM, eventId: '$lie' })]);
    expect(reports[0]?.event).toBeUndefined();
  });
});
