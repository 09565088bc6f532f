import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { PROTECTIONS } from '../../src/protections/table.js';
import { event, member } from '../support/events.js';
import { ADMIN, MANAGEMENT, Rooms, worldOf } from '../support/world.js';

const ROOM = '!room:a.test';
const LIST = '!list:a.test';
const RUNS = Number(process.env.HEIMDALL_TEST_RUNS ?? 500);

const TYPES = [
  'm.room.create',
  'm.room.member',
  'm.room.power_levels',
  'm.room.join_rules',
  'm.room.server_acl',
  'm.room.tombstone',
  'm.room.canonical_alias',
  'm.room.name',
  'm.room.topic',
  'm.room.avatar',
  'm.room.encryption',
  'm.room.third_party_invite',
  'm.space.child',
  'm.space.parent',
  'm.policy.rule.user',
  'm.policy.rule.server',
  'm.room.rule.user',
  'org.matrix.mjolnir.rule.server',
  'org.matrix.mjolnir.shortcode',
  'm.room.message',
  'm.room.encrypted',
  'm.room.redaction',
  'm.reaction',
  'm.sticker',
  'm.poll.start',
  'org.matrix.msc3381.poll.start',
  'm.beacon',
];
const KEYS = [
  'membership displayname avatar_url reason third_party_invite join_authorised_via_users_server is_direct',
  'body msgtype formatted_body format url info file filename m.mentions m.relates_to m.new_content user_ids room',
  'rel_type event_id key m.in_reply_to com.beeper.per_message_profile id redacts org.matrix.msc3245.voice',
  'entity recommendation hashes sha256 org.matrix.msc4205.hashes shortcode',
  'users users_default events events_default state_default ban kick redact invite notifications',
  'allow deny allow_ip_literals room_version additional_creators predecessor type creator room_id',
  'replacement_room alias alt_aliases name topic join_rule via order algorithm display_name public_keys',
].flatMap((line) => line.split(' '));

const deep = (levels: number): unknown =>
  levels === 0 ? 'x' : levels % 2 === 0 ? [deep(levels - 1)] : { a: deep(levels - 1) };
const word = fc.constantFrom(
  '',
  'join',
  'ban',
  'invite',
  'knock',
  'leave',
  'm.ban',
  'm.takedown',
  '*',
  '@*:b.test',
  '@bad:b.test',
  '@:b.test',
  '@',
  '!x',
  '#x:a.test',
  'b.test',
  '*.test',
  '[::1]:8448',
  'm.text',
  'm.image',
  'm.replace',
  'm.thread',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '\u202e\u2066',
  '!heimdall ban @bad:b.test',
  'mxc://b.test/x',
  'mxc://',
  'https://[',
  '%',
  'a'.repeat(5_000),
  '<a'.repeat(2_000),
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: word },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1e300, 2 ** 53, -0.5, [], {}, [null], [[]], deep(400)),
  },
  { weight: 1, arbitrary: fc.array(word, { maxLength: 4 }) },
);
const inner = fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), word), value, { maxKeys: 4 });
const content = fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(value, inner), { maxKeys: 7 });
const oddEvent = fc.record({
  type: fc.constantFrom(...TYPES),
  room_id: fc.constantFrom(ROOM, LIST, MANAGEMENT, '!elsewhere:b.test', '!v12roomwithoutserver'),
  sender: fc.constantFrom(ADMIN, '@bad:b.test', '@:b.test', '@b* --force x:evil.org', '@Ж:b.test'),
  state_key: fc.option(fc.constantFrom('', '@bad:b.test', '@other:b.test', 'x', '__proto__'), { nil: undefined }),
  content,
  origin_server_ts: fc.constantFrom(0, -1, 1e300, 2 ** 53, 1_000_000, NaN),
  unsigned: fc.option(
    fc.oneof(inner, fc.constant({ prev_content: 5, replaces_state: {}, invite_room_state: [null, 5] })),
    {
      nil: undefined,
    },
  ),
});

describe('events of any shape', () => {
  let world: Awaited<ReturnType<typeof worldOf>>;
  beforeAll(async () => {
    const rooms = new Rooms();
    for (const roomId of [ROOM, LIST, MANAGEMENT]) rooms.make(roomId);
    world = await worldOf(rooms);
    await world.begin();
    await world.ownRooms.load(
      MANAGEMENT,
      () => world.homeserver.state(MANAGEMENT),
      () => 1,
    );
    await world.settings.update((draft) => {
      draft.management_room = MANAGEMENT;
      for (const { name } of PROTECTIONS) draft.protections[name] = { enabled: true, rooms: {}, values: {} };
    });
    await world.protection.protect(ROOM);
    await world.protection.lists.watch(LIST);
  });
  afterAll(() => world.close());

  it('are decided upon without a throw, and what comes after them is seen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(oddEvent, { minLength: 1, maxLength: 3 }), async (events) => {
        const sent = events.map(({ state_key, ...one }) =>
          event({ ...one, ...(state_key === undefined ? {} : { state_key }) } as never),
        );
        await world.pipeline.handle(sent);
      }),
      { numRuns: RUNS, seed: 10 },
    );
    await world.pipeline.handle([
      member('@late:b.test', 'join', {
        room_id: '!elsewhere:b.test',
        content: { displayname: 'Asgard (Official Account)' },
      }),
    ]);
    expect(await world.ledger.caseOfSubject('user', '@late:b.test')).toMatchObject({ verdict: 'certain' });
  }, 300_000);
});
