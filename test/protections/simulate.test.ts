import { describe, expect, it } from '@jest/globals';
import { PRESETS, presetNamed } from '../../src/protections/presets.js';
import { simulate } from '../../src/protections/simulate.js';
import { protectionNamed } from '../../src/protections/table.js';
import type { CommonSettings } from '../../src/protections/settings.js';
import { problemOf, settingNamed } from '../../src/protections/values.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { event } from '../support/events.js';

const ROOM = '!room:a.test';
const BEGAN = 1_700_000_000_000;
const rooms = new RoomStateCache();
rooms.read(
  ROOM,
  [
    event({ type: 'm.room.create', state_key: '', sender: '@maker:a.test', content: { room_version: '11' } }),
    event({ type: 'm.room.power_levels', state_key: '', content: { users: { '@mod:a.test': 50 } } }),
  ],
  BEGAN,
);
const room = rooms.get(ROOM)!;
const said = (sender: string, at: number, more: Partial<MatrixEvent> = {}) =>
  event({
    type: 'm.room.message',
    room_id: ROOM,
    sender,
    origin_server_ts: BEGAN + at,
    content: { msgtype: 'm.text', body: 'x' },
    ...more,
  });

function run(name: string, history: readonly MatrixEvent[], values: Record<string, unknown> = {}) {
  const protection = protectionNamed(name)!;
  const settings = protection.settings.parse(values) as unknown as CommonSettings;
  return simulate({ protection, settings }, history, {
    room,
    until: BEGAN + 86_400_000,
    isBridgeUser: () => false,
    mayHit: ({ id }) => id !== '@staff:a.test',
  });
}

describe('a simulation', () => {
  it('finds whom a protection would have hit, when, and with what step', () => {
    const flood = (sender: string) => Array.from({ length: 30 }, (_, i) => said(sender, i * 1000));
    const joined = event({
      type: 'm.room.member',
      room_id: ROOM,
      state_key: '@a:a.test',
      sender: '@a:a.test',
      origin_server_ts: BEGAN,
      content: { membership: 'join' },
    });
    const result = run(
      'BasicFlooding',
      [joined, ...flood('@a:a.test'), ...flood('@mod:a.test'), ...flood('@staff:a.test')],
      {
        response: ['redact+warn', 'ban'],
      },
    );
    expect(result.events).toBe(91);
    expect(result.hits).toMatchObject([{ subject: { id: '@a:a.test' }, deeds: ['redact', 'ban'] }]);
    expect(result.hits[0]?.at.length).toBeGreaterThan(1);
  });

  it('says how many events are redacted, and is not led astray by a wrong clock', () => {
    const gone = said('@a:a.test', 0, { content: {}, unsigned: { redacted_because: {} } });
    const wrong = said('@b:a.test', 9_007_199_254_740_991 - BEGAN);
    const calm = Array.from({ length: 20 }, (_, i) => said('@c:a.test', i * 60_000));
    expect(run('BasicFlooding', [gone, wrong, ...calm])).toMatchObject({ redacted: 1, hits: [] });
  });

  it('knows who joined when', () => {
    const joined = event({
      type: 'm.room.member',
      room_id: ROOM,
      state_key: '@new:a.test',
      sender: '@new:a.test',
      origin_server_ts: BEGAN,
      content: { membership: 'join' },
    });
    const picture = { content: { msgtype: 'm.image', body: 'x', url: 'mxc://a/b' } };
    const history = [joined, said('@old:a.test', 1000, picture), said('@new:a.test', 2000, picture)];
    expect(run('FirstMessageIsImage', history).hits.map(({ subject }) => subject.id)).toEqual(['@new:a.test']);
  });
});

describe('a preset', () => {
  it.each(PRESETS.map((preset) => [preset.name, preset] as const))('%s names what there is', (_name, preset) => {
    for (const [name, entry] of Object.entries(preset.protections)) {
      const protection = protectionNamed(name)!;
      expect(protection.name).toBe(name);
      for (const [key, value] of Object.entries(entry === false ? {} : entry)) {
        const setting = settingNamed(protection, key)!;
        expect([key, setting.key, problemOf(setting, value)]).toEqual([key, key, undefined]);
      }
    }
  });

  it('is found under its other names', () => {
    expect(presetNamed('PUBLIC')?.name).toBe('busy');
    expect(presetNamed('nonsense')).toBeUndefined();
  });
});

it('old dates after one of the future are no wave that came in at once: a history does not tell what came in when', () => {
  const copy = (index: number, at: number) =>
    said('@new:a.test', at, { event_id: `$c${index}`, content: { body: 'good morning everybody' } });
  const history = [copy(0, 80_000_000), ...Array.from({ length: 70 }, (_, n) => copy(n + 1, n * 900_000))];
  expect(run('RepeatedMessage', history).hits).toEqual([]);
});
