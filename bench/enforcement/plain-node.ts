import { Pool } from 'undici';

/** A ban or a server ACL, as an action says it. */
export interface PlainEffect {
  kind: string;
  lane: string;
  payload: unknown;
}

/**
 * Plain Node that knows what to send and only sends it, with undici: in order within a room and rooms side by side, or
 * one request after another. Returns the ms that it took.
 */
export async function sendPlainly(
  url: string,
  effects: readonly PlainEffect[],
  how: 'side by side' | 'one by one',
): Promise<number> {
  const pool = new Pool(url, { connections: 64 });
  const lanes = new Map<string, PlainEffect[]>();
  for (const effect of effects) {
    const name = how === 'one by one' ? 'all' : effect.lane;
    const lane = lanes.get(name) ?? [];
    lanes.set(name, lane);
    lane.push(effect);
  }
  const began = performance.now();
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const effect of lane) await send(pool, effect);
    }),
  );
  const ms = performance.now() - began;
  await pool.close();
  return ms;
}

async function send(pool: Pool, { kind, payload }: PlainEffect): Promise<void> {
  const { roomId, userId, content } = payload as { roomId: string; userId: string; content: unknown };
  const base = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
  const [method, target, body] =
    kind === 'ban'
      ? (['POST', `${base}/ban`, { user_id: userId }] as const)
      : (['PUT', `${base}/state/m.room.server_acl/`, content] as const);
  const answer = await pool.request({
    method,
    path: target,
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.body.json();
}
