import type { MatrixEvent } from '../../src/matrix/types.js';

let made = 0;

/** An event with what the test does not care about filled in. */
export function event(partial: Partial<MatrixEvent> & Pick<MatrixEvent, 'type'>): MatrixEvent {
  made += 1;
  return {
    event_id: `$e${made}`,
    room_id: '!room:a.test',
    sender: '@someone:a.test',
    origin_server_ts: 1000 + made,
    content: {},
    ...partial,
  };
}

export function member(userId: string, membership: string, partial: Partial<MatrixEvent> = {}): MatrixEvent {
  const { content, ...rest } = partial;
  return event({
    type: 'm.room.member',
    state_key: userId,
    sender: userId,
    content: { membership, ...content },
    ...rest,
  });
}

/** The event as it follows what is kept of its place, which the homeserver says in `unsigned`. */
export function next(
  kept: { eventIdAt(roomId: string, type: string, stateKey: string): string | undefined },
  one: MatrixEvent,
): MatrixEvent {
  const replaced = kept.eventIdAt(one.room_id, one.type, one.state_key ?? '');
  return replaced === undefined ? one : { ...one, unsigned: { ...one.unsigned, replaces_state: replaced } };
}
