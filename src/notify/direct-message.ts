import { messageContent, type Block } from '../matrix/message.js';
import { MatrixError, type HomeserverEffects, type HomeserverReader } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';

export interface DirectMessagesOptions {
  homeserver: Pick<HomeserverReader, 'members' | 'botUserId'> & Pick<HomeserverEffects, 'createRoom' | 'sendEvent'>;
  ledger: Pick<Ledger, 'commit' | 'meta'>;
}

/**
 * Messages to one person, each person in one room. They are sent at once and never written down: a sign-in link must
 * not lie in the ledger.
 */
export class DirectMessages {
  constructor(private readonly options: DirectMessagesOptions) {}

  /** Sends a message; makes and remembers the room when there is none, or when the person left it. */
  async send(userId: string, blocks: Block[], txnId: string): Promise<void> {
    const { homeserver } = this.options;
    const roomId = (await this.#roomOf(userId)) ?? (await this.#makeRoom(userId));
    await homeserver.sendEvent(roomId, 'm.room.message', txnId, messageContent(blocks, { msgtype: 'm.text' }));
  }

  async #roomOf(userId: string): Promise<string | undefined> {
    const { ledger, homeserver } = this.options;
    const roomId = await ledger.meta(keyOf(userId));
    if (roomId === undefined) return undefined;
    try {
      const inside = (await homeserver.members(roomId)).filter(({ content }) =>
        ['join', 'invite'].includes(String(content.membership)),
      );
      const others = inside.filter(({ state_key }) => state_key !== homeserver.botUserId);
      // nobody else may read along
      return others.length === 1 && others[0]?.state_key === userId ? roomId : undefined;
    } catch (error) {
      if (error instanceof MatrixError && !error.transient) return undefined;
      throw error;
    }
  }

  async #makeRoom(userId: string): Promise<string> {
    const { ledger, homeserver } = this.options;
    const roomId = await homeserver.createRoom({ preset: 'trusted_private_chat', is_direct: true, invite: [userId] });
    await ledger.commit((tx) => tx.setMeta(keyOf(userId), roomId));
    return roomId;
  }
}

function keyOf(userId: string): string {
  return `direct_room:${userId}`;
}
