import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ResponseCapabilities } from '../../src/cases/decide.js';
import { recordOffence } from '../../src/cases/record.js';
import { commandActions } from '../../src/commands/given.js';
import { commandHandler } from '../../src/commands/handler.js';
import { kick, mute, redact, writeRule } from '../../src/enforcement/actions.js';
import { openLedger } from '../../src/store/index.js';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';
import type { Ledger } from '../../src/store/types.js';
import type { TrackedRoom } from '../../src/tracking/tracked-room.js';
import type { Logger } from '../../src/util/logger.js';
import { BOT, ROOM, room } from '../enforcement/fixtures.js';
import { event } from '../support/events.js';
import { ADDRESS, askedOf, MANAGEMENT, OWN } from './services.js';

const MOD = '@mod:mods.example';
const OTHER = '@other:mods.example';
const [ONE, TWO] = ['@one:evil.example', '@two:evil.example'];
const UNTIL = 9_000_000;

let dataDir: string;
let ledger: Ledger;
let now = 1_000_000;
beforeEach(async () => {
  now = 1_000_000;
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-undo-'));
  ledger = await openLedger({ dataDir, clock: () => now });
});
afterEach(async () => {
  await ledger.close();
  await rm(dataDir, { recursive: true, force: true });
});

const resultOf = ({ kind, payload }: NewAction) =>
  kind === 'remove_rule'
    ? {
        effect: (payload as { entity: string }).entity === '@never:evil.example' ? 'held' : 'removed',
        removed: [{ recommendation: 'm.ban', reason: 'rude', hashed: false, until: UNTIL }],
      }
    : { effect: kind === 'unmute' ? 'unmuted' : 'written' };

/** A desk on a real ledger: what commands ask for is written down and done, and answers get event ids. */
function desk() {
  const events: Record<string, { sender: string; content?: Record<string, unknown> }> = {};
  const asked = askedOf({ rooms: [room()], events, shortcodes: { [OWN]: 'heimdall' }, more: { clock: () => now } });
  const wanted: NewAction[] = [];
  const done = async (actions: readonly NewAction[]): Promise<ActionRecord[]> => {
    await ledger.commit((tx) => tx.addActions([...actions]));
    const records = await ledger.actionsByKey(actions.map(({ key }) => key));
    for (const record of records)
      await ledger.endAction(record.id, { state: 'done', result: resultOf(record), at: now });
    return ledger.actionsByKey(actions.map(({ key }) => key));
  };
  Object.assign(asked.services, {
    ledger,
    runAndWait: (actions: NewAction[]) => {
      wanted.push(...actions);
      return done(actions);
    },
  });
  const here = {
    roomId: MANAGEMENT,
    members: new Map([MOD, OTHER].map((id) => [id, { membership: 'join', eventId: `$${id}`, sender: id }])),
    joinRule: 'invite',
  } as unknown as TrackedRoom;
  const logger = { error: () => undefined } as unknown as Logger;
  const handler = commandHandler({ services: asked.services, managementRoom: () => here, logger });
  let sent = 0;
  /** Gives a message; resolves with the event ids of the answers and their text. */
  const say = async (body: string, replyTo?: string, sender = MOD) => {
    const relation = replyTo === undefined ? {} : { 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo } } };
    const message = event({
      type: 'm.room.message',
      room_id: MANAGEMENT,
      sender,
      content: { msgtype: 'm.text', body, ...relation },
    });
    events[message.event_id] = { sender, content: message.content };
    const answers: { id: string; body: string }[] = [];
    for (const action of commandActions(message, ADDRESS)) {
      await ledger.commit((tx) => tx.addActions([action]));
      const [due] = await ledger.actionsByKey([action.key]);
      if (due === undefined) throw new Error('that is not a command');
      const outcome = await handler.perform(due, { mayHaveBeenSent: false });
      if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
      await ledger.endAction(due.id, { ...outcome, at: now });
      for (const answer of outcome.follow ?? []) {
        const id = `$sent${(sent += 1)}`;
        const [record] = await ledger.actionsByKey([answer.key]);
        if (record !== undefined)
          await ledger.endAction(record.id, { state: 'done', result: { event_id: id }, at: now });
        const { content } = answer.payload as { content: Record<string, unknown> };
        events[id] = { sender: BOT, content };
        answers.push({ id, body: String(content.body) });
      }
    }
    return { eventId: message.event_id, answers };
  };
  const takenBack = () =>
    wanted.flatMap(({ kind, payload }) => (kind === 'remove_rule' ? [(payload as { entity: string }).entity] : []));
  return { say, wanted, takenBack };
}

/** A case by a protection, with what it has led to done. */
async function caseOf(subjectKind: 'user' | 'room', subject: string, actions: readonly NewAction[]): Promise<number> {
  const finding = {
    subjectKind,
    subject,
    key: `protection:Campaign:${subject}`,
    kind: 'protection',
    seenAt: now,
    data: {},
  };
  const means = { policyList: OWN } as unknown as ResponseCapabilities;
  const { case: record } = await ledger.commit((tx) =>
    recordOffence(tx, { finding, audited: { protection: 'Campaign' } }, means, now),
  );
  await ledger.commit(async (tx) => {
    await tx.noteOffence({ protection: 'Campaign', subject, caseId: record.id, at: now }, 0);
    await tx.addActions(actions.map((action) => ({ ...action, caseId: record.id })));
  });
  for (const { id, kind } of await ledger.actionsByKey(actions.map(({ key }) => key))) {
    const result = kind === 'mute' ? { effect: 'muted', level: -1, before: null } : { effect: 'written' };
    await ledger.endAction(id, { state: 'done', result, at: now });
  }
  return record.id;
}

const ruleFor = (entity: string) =>
  writeRule.create({ listRoomId: OWN, kind: 'user', entity, recommendation: 'm.ban' }, { key: `rule:${entity}` });

describe('undo of a case', () => {
  it('of a campaign frees all its accounts, as dismissing it does', async () => {
    const one = desk();
    const id = await caseOf('room', '!room:a.test', [ruleFor(ONE), ruleFor(TWO)]);
    const [answer] = (await one.say(`!heimdall undo case ${id}`)).answers;
    expect(one.takenBack().sort()).toEqual([ONE, TWO]);
    expect(answer?.body).toContain(`Undone for Case ${id}: 2 rules removed`);
    expect(answer?.body).toContain('The next offence counts as the first again.');
  });

  it('ends its mutes, which the case shows', async () => {
    const one = desk();
    const id = await caseOf('user', ONE, [mute.create({ roomId: ROOM, userId: ONE }, { key: 'mute:one' })]);
    const [answer] = (await one.say(`!heimdall undo case ${id}`)).answers;
    expect(answer?.body).toContain('1 action taken back');
    const kinds = (await ledger.actionsOf(id)).map(({ kind, state }) => `${kind} ${state}`);
    expect(kinds).toEqual(['mute done', 'unmute done']);
  });

  it('says what cannot be taken back', async () => {
    const one = desk();
    const id = await caseOf('user', ONE, [
      kick.create({ roomId: '!room:a.test', userId: ONE }, { key: 'kick:one' }),
      redact.create({ roomId: '!room:a.test', eventId: '$e', sender: ONE }, { key: 'redact:one' }),
    ]);
    const [answer] = (await one.say(`!heimdall undo case ${id}`)).answers;
    expect(answer?.body).toBe(
      `There was nothing to undo for Case ${id}. What cannot be taken back: redacted messages, kicks. ` +
        'The next offence counts as the first again.',
    );
    const [again] = (await one.say(`!heimdall undo case ${id}`)).answers;
    expect(again?.body).not.toContain('counts as the first');
  });
});

describe('undo', () => {
  it('by a reply to an answer takes back that line of the message, and no other', async () => {
    const one = desk();
    const { answers } = await one.say(`!heimdall ban ${ONE} x\n!heimdall ban ${TWO} y`);
    expect(answers).toHaveLength(2);
    await one.say('!heimdall undo', answers[1]?.id);
    expect(one.takenBack()).toEqual([TWO]);
    await one.say('!heimdall undo', answers[0]?.id);
    expect(one.takenBack()).toEqual([TWO, ONE]);
  });

  it('by a reply to the message takes back all its lines', async () => {
    const one = desk();
    const { eventId } = await one.say(`!heimdall ban ${ONE} x\n!heimdall ban ${TWO} y`);
    await one.say('!heimdall undo', eventId);
    expect(one.takenBack().sort()).toEqual([ONE, TWO]);
  });

  it('of an unban writes the rule again, with its reason and its end', async () => {
    const one = desk();
    const { answers } = await one.say(`!heimdall unban ${ONE}`);
    await one.say('!heimdall undo', answers[0]?.id);
    const again = one.wanted.find(({ kind }) => kind === 'write_rule');
    expect(again?.payload).toMatchObject({ entity: ONE, recommendation: 'm.ban', reason: 'rude', until: UNTIL + 1 });
  });

  it('of an unban writes nothing where there was no rule, or its end has come', async () => {
    const one = desk();
    const never = await one.say('!heimdall unban @never:evil.example');
    await one.say('!heimdall undo', never.answers[0]?.id);
    const ended = await one.say(`!heimdall unban ${TWO}`);
    now = UNTIL;
    await one.say('!heimdall undo', ended.answers[0]?.id);
    expect(one.wanted.filter(({ kind }) => kind === 'write_rule')).toEqual([]);
  });

  it('of everything means what the same person did, and a ban with its unban is never written again', async () => {
    const one = desk();
    await one.say(`!heimdall ban ${ONE} x`);
    await one.say(`!heimdall unban ${ONE}`);
    await one.say(`!heimdall ban ${TWO} y`, undefined, OTHER);
    const before = one.wanted.length;
    await one.say('!heimdall undo everything of the last hour by me --yes');
    const later = one.wanted.slice(before);
    expect(later.map(({ kind }) => kind)).not.toContain('write_rule');
    expect(later.map(({ payload }) => (payload as { entity: string }).entity)).not.toContain(TWO);
    const [refused] = (await one.say('!heimdall undo everything of the last hour by @other:mods.example')).answers;
    expect(refused?.body).toContain('Nothing was done');
  });
});
