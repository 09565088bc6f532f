import { describe, expect, it } from '@jest/globals';
import { MatrixError, type Homeserver } from '../../src/matrix/types.js';
import { sendOnce } from '../../src/notify/send-once.js';

const ROOM = '!room:a.test';
const BOT = '@heimdall:a.test';

/** A room that takes messages, or refuses them. */
function room(refusal?: MatrixError) {
  const sent: { event_id: string; sender: string; content: Record<string, unknown> }[] = [];
  const homeserver = {
    botUserId: BOT,
    recentEvents: () => Promise.resolve(sent),
    sendEvent: (_room: string, _type: string, _txn: string, content: Record<string, unknown>) => {
      if (refusal !== undefined) return Promise.reject(refusal);
      sent.push({ event_id: `$${sent.length}`, sender: BOT, content });
      return Promise.resolve(`$${sent.length - 1}`);
    },
  } as unknown as Homeserver;
  const send = (attempt: { mayHaveBeenSent?: boolean; attempts?: number } = {}, key = 'answer:1') =>
    sendOnce(homeserver, { mayHaveBeenSent: false, ...attempt } as never, ROOM, { body: 'hello' }, key);
  return { sent, send };
}

describe('a message', () => {
  it('that may have got through before is recognised, whoever copies its text', async () => {
    const { sent, send } = room();
    expect(await send()).toBe('$0');
    sent.unshift({ event_id: '$copy', sender: '@copycat:a.test', content: { ...sent[0]?.content } });
    expect(await send({ mayHaveBeenSent: true })).toBe('$0');
    expect(sent).toHaveLength(2);
    expect(await send({ mayHaveBeenSent: true }, 'answer:2')).toBe('$2');
  });

  it('is tried again after a refusal, which is believed in the end', async () => {
    const { send } = room(new MatrixError(403, 'M_FORBIDDEN', 'no power'));
    const refused = (attempts: number) => send({ attempts }).then(String, (error: MatrixError) => error);
    expect(await refused(0)).toMatchObject({ transient: true, errcode: 'M_FORBIDDEN' });
    expect(await refused(6)).toMatchObject({ transient: true });
    expect(await refused(7)).toMatchObject({ transient: false, status: 403 });
  });

  it('is given up at once where no later try can help', async () => {
    const { send } = room(new MatrixError(413, 'M_TOO_LARGE', 'too large'));
    await expect(send()).rejects.toMatchObject({ transient: false, status: 413 });
  });
});
