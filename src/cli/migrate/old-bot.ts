import { queryString } from '../../matrix/query-string.js';
import { createTransport } from '../../matrix/transport.js';
import { MatrixError, type MatrixEvent } from '../../matrix/types.js';
import { eventsOf } from '../../matrix/responses.js';
import { urlPath } from '../../matrix/url-path.js';

/** The other bot's account as used by a migration: it is read, and may invite our bot; nothing else. */
export interface OldBot {
  userId: string;
  /** global account data; undefined when there is none */
  accountData(type: string): Promise<Record<string, unknown> | undefined>;
  stateContent(roomId: string, type: string): Promise<Record<string, unknown> | undefined>;
  state(roomId: string): Promise<MatrixEvent[]>;
  joinedRooms(): Promise<string[]>;
  resolveAlias(alias: string): Promise<string | undefined>;
  invite(roomId: string, userId: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the account by its access token, which is held in memory only. `as` is for an appservice's token. */
export async function openOldBot(url: string, token: string, as?: string): Promise<OldBot> {
  const transport = createTransport(url, { secrets: [token] });
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const { body: answer } = await transport.send({
      method,
      target: path + queryString(as === undefined ? {} : { user_id: as }),
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return answer;
  };
  const content = async (path: string): Promise<Record<string, unknown> | undefined> => {
    try {
      return objectOf(await send('GET', path));
    } catch (error) {
      if (error instanceof MatrixError && error.status === 404) return undefined;
      throw error;
    }
  };
  try {
    const userId = String(objectOf(await send('GET', '/_matrix/client/v3/account/whoami'))?.user_id);
    return {
      userId,
      accountData: (type) => content(urlPath`/_matrix/client/v3/user/${userId}/account_data/${type}`),
      stateContent: (roomId, type) => content(`${urlPath`/_matrix/client/v3/rooms/${roomId}/state/${type}`}/`),
      async state(roomId) {
        const answer = await send('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/state`);
        return Array.isArray(answer) ? eventsOf(answer, roomId) : [];
      },
      async joinedRooms() {
        const answer = objectOf(await send('GET', '/_matrix/client/v3/joined_rooms'))?.joined_rooms;
        return textsOf(answer);
      },
      async resolveAlias(alias) {
        const roomId = (await content(urlPath`/_matrix/client/v3/directory/room/${alias}`))?.room_id;
        return typeof roomId === 'string' ? roomId : undefined;
      },
      async invite(roomId, user) {
        await send('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/invite`, { user_id: user });
      },
      close: () => transport.close(),
    };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

export function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The strings in what may be a list of strings. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
