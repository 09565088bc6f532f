import { describe, expect, it } from '@jest/globals';
import { parseCreate, parsePowerLevels } from '../../src/matrix/events.js';
import {
  canBan,
  canRedact,
  canSendState,
  canUnban,
  isModerator,
  levelFor,
  powerOf,
  type RoomPower,
} from '../../src/matrix/power.js';

const BOT = '@heimdall:a.test';
const ALICE = '@alice:a.test';
const BOB = '@bob:b.test';

function room(version: string, levels?: Record<string, unknown>, more: Record<string, unknown> = {}): RoomPower {
  return {
    create: parseCreate({ sender: ALICE, content: { room_version: version, ...more } }),
    powerLevels: levels && parsePowerLevels(levels),
  };
}

describe('power in a room', () => {
  it('comes from the power level event, or the default for users', () => {
    const levels = room('11', { users: { [ALICE]: 100 }, users_default: 5 });
    expect([powerOf(ALICE, levels), powerOf(BOB, levels)]).toEqual([100, 5]);
  });

  it('lies with the creator where there is no power level event', () => {
    const bare = room('11');
    expect([powerOf(ALICE, bare), powerOf(BOB, bare)]).toEqual([100, 0]);
    expect([levelFor('ban', bare), levelFor('kick', bare), levelFor('invite', bare)]).toEqual([50, 50, 0]);
    expect(canSendState(BOB, 'm.room.topic', bare)).toBe(true);
  });

  it('of version 12 creators is above every level, and additional creators count', () => {
    const v12 = room('12', { users: { [BOT]: 9_007_199_254_740_991 } }, { additional_creators: [BOB] });
    expect([powerOf(ALICE, v12), powerOf(BOB, v12)]).toEqual([Infinity, Infinity]);
    expect(canBan(BOT, ALICE, v12)).toBe(false);
    expect(canBan(BOT, BOB, v12)).toBe(false);
    expect(canBan(ALICE, BOT, v12)).toBe(true);
    expect(canBan(ALICE, BOB, v12)).toBe(false);
  });

  it('of a version 11 creator is what the power level event says', () => {
    expect(powerOf(ALICE, room('11', { users: {} }))).toBe(0);
  });

  it('lets nobody ban an equal', () => {
    const levels = room('11', { users: { [BOT]: 50, [BOB]: 50 } });
    expect(canBan(BOT, BOB, levels)).toBe(false);
    expect(canBan(BOT, '@x:x.test', levels)).toBe(true);
  });

  it('asks for the power to kick as well where a ban is lifted', () => {
    const levels = room('11', { users: { [BOT]: 50 }, kick: 75 });
    expect(canBan(BOT, BOB, levels)).toBe(true);
    expect(canUnban(BOT, BOB, levels)).toBe(false);
  });

  it("looks at the event's own level before the default for state", () => {
    const levels = room('11', { users: { [BOT]: 50 }, events: { 'm.room.server_acl': 100 }, state_default: 0 });
    expect(canSendState(BOT, 'm.room.server_acl', levels)).toBe(false);
    expect(canSendState(BOT, 'm.room.name', levels)).toBe(true);
  });

  it('asks for both levels of a redaction', () => {
    expect(canRedact(BOT, room('11', { users: { [BOT]: 50 }, events: { 'm.room.redaction': 60 } }))).toBe(false);
    expect(canRedact(BOT, room('11', { users: { [BOT]: 50 } }))).toBe(true);
  });

  it('makes nobody a moderator where everybody may ban', () => {
    expect(isModerator(BOB, room('11', { ban: 0 }))).toBe(false);
    expect(isModerator(BOB, room('11', { users: { [BOB]: 50 } }))).toBe(true);
    expect(isModerator(BOB, room('11', { users: { [BOB]: 49 } }))).toBe(false);
    expect(isModerator(ALICE, room('12', {}))).toBe(true);
  });
});
