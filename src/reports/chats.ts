import { MatrixError, type Homeserver } from '../matrix/types.js';
import type { Correspondence } from '../store/index.js';
import type { Clock } from '../util/clock.js';

export interface ChatsOptions {
  homeserver: Pick<Homeserver, 'botUserId' | 'members' | 'createRoom' | 'leave'>;
  correspondence: Pick<Correspondence, 'chats' | 'chatOf' | 'noteChat'>;
  clock: Clock;
}

/** Direct chats by person, one each. */
export class Chats {
  /** by room */
  readonly #people = new Map<string, string>();

  constructor(private readonly options: ChatsOptions) {}

  async load(): Promise<void> {
    for (const { userId, roomId } of await this.options.correspondence.chats()) this.#people.set(roomId, userId);
  }

  personIn(roomId: string): string | undefined {
    return this.#people.get(roomId);
  }

  /** Makes this the chat with a person, and leaves any previous one. */
  async moveTo(roomId: string, userId: string, now: number): Promise<void> {
    const { homeserver, correspondence } = this.options;
    const before = (await correspondence.chatOf(userId))?.roomId;
    await correspondence.noteChat(userId, roomId, now);
    this.#people.set(roomId, userId);
    if (before == null || before === roomId) return;
    this.#people.delete(before);
    await homeserver.leave(before).catch(() => undefined);
  }

  /** A chat that nobody else can read: the existing one, or a new one. */
  async privateRoomWith(userId: string): Promise<string> {
    const roomId = (await this.options.correspondence.chatOf(userId))?.roomId;
    return roomId != null && (await this.#isPrivate(roomId, userId)) ? roomId : this.#open(userId);
  }

  async #isPrivate(roomId: string, userId: string): Promise<boolean> {
    const { homeserver } = this.options;
    try {
      const inside = (await homeserver.members(roomId)).filter(
        ({ content, state_key: who }) =>
          who !== homeserver.botUserId && ['join', 'invite'].includes(String(content.membership)),
      );
      return inside.length === 1 && inside[0]?.state_key === userId;
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return false;
      throw error;
    }
  }

  async #open(userId: string): Promise<string> {
    const { homeserver, correspondence, clock } = this.options;
    const roomId = await homeserver.createRoom({ preset: 'private_chat', is_direct: true, invite: [userId] });
    await correspondence.noteChat(userId, roomId, clock());
    this.#people.set(roomId, userId);
    return roomId;
  }
}
