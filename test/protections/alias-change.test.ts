import { describe, expect, it } from '@jest/globals';
import { Judging } from '../../src/protections/judging.js';
import { Memories } from '../../src/protections/memories.js';
import { Records } from '../../src/protections/records.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import type { CommonSettings } from '../../src/protections/settings.js';
import { PROTECTIONS } from '../../src/protections/table.js';
import { event, member } from '../support/events.js';
import { room } from '../enforcement/fixtures.js';
import { aliasChange } from './alias-change.js';

const judging = new Judging({
  memories: Object.assign(new Memories(), { of: () => aliasChange.memory(new Records()) }),
  isBridgeUser: () => false,
  isRuledOut: () => false,
  failed: (_name, error) => {
    throw new Error(error);
  },
});
const settings = aliasChange.settings.parse({});
const found = (one: MatrixEvent, protection: (typeof PROTECTIONS)[number] = aliasChange) =>
  judging
    .of(one, room(), [{ protection, settings: settings as unknown as CommonSettings }], {
      sentAt: 1,
      now: 1,
      catchingUp: false,
    })
    .map(({ finding }) => finding.subject.id);
const alias = (now: string, before?: string) =>
  event({
    type: 'm.room.canonical_alias',
    state_key: '',
    sender: '@eve:evil.test',
    content: { alias: now },
    ...(before === undefined ? {} : { unsigned: { prev_content: { alias: before } } }),
  });

describe('a protection that is asked about state (the one of docs/understand/extending.md)', () => {
  it('finds who changes the address of a room, whatever its first one was', () => {
    expect(found(alias('#new:evil.test', '#old:a.test'))).toEqual(['@eve:evil.test']);
    expect(found(alias('#new:evil.test'))).toEqual(['@eve:evil.test']);
  });

  it('finds nothing where the address stays, in other state, in messages, and in what people do to memberships', () => {
    expect(found(alias('#old:a.test', '#old:a.test'))).toEqual([]);
    expect(found(event({ type: 'm.room.topic', state_key: '', content: { topic: 'x' } }))).toEqual([]);
    expect(found(event({ type: 'm.room.canonical_alias', content: { alias: '#new:evil.test' } }))).toEqual([]);
    expect(found(member('@eve:evil.test', 'join'))).toEqual([]);
  });

  it('asks none of those that are there about state', () => {
    const asked = PROTECTIONS.filter(({ asks }) => asks === 'state').map(({ name }) => name);
    expect(asked).toEqual([]);
  });
});
