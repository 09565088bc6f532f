import { parseServerAcl } from '../matrix/events.js';
import { ownServerAclEntries, sameServerAcl, type SentServerAcl } from '../policy/index.js';
import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { aclPayload } from './payloads.js';

/** The server ACL in force in a room, from its latest event. */
export interface FoundAcl {
  content: Record<string, unknown>;
  /** true when the bot sent it */
  isOurs: boolean;
}

/** More unconfirmed sends than this indicate a fault; the oldest are forgotten. */
const MOST_ON_THEIR_WAY = 50;

/**
 * What we sent as each room's server ACL, and what the room's moderators had set at that time, from the ledger. It
 * makes sure that removing a rule removes exactly our entries, even after a restart.
 *
 * Sends and confirmations are tracked separately. Several sends may be in flight before the first event comes back; the
 * room then shows an older ACL of ours, and none of its entries may be mistaken for the moderators'.
 */
export class AclRegister {
  /** by room: the sends since the last confirmed one, oldest first */
  readonly #sent = new Map<string, SentServerAcl[]>();

  async load(ledger: Pick<Ledger, 'latestOfKind' | 'doneOfKind'>): Promise<void> {
    for (const { payload, lane } of await ledger.latestOfKind('acl')) {
      const read = aclPayload.safeParse(payload);
      if (!read.success) continue;
      const last = sentOf(read.data);
      // Earlier versions could mistake entries of ours for the moderators'; what they sent shows which.
      const suspect = (last.foreign?.deny.length ?? 0) > 0;
      this.note(
        read.data.roomId,
        suspect ? { ...last, foreign: foreignByHistory(await ledger.doneOfKind('acl', lane)) } : last,
      );
    }
  }

  /**
   * What to compare an ACL found in a room with, so that `foreignServerAcl` can separate our entries from the
   * moderators'. Without `found`: the last one sent. Undefined: we never sent one there.
   */
  sentIn(roomId: string, found?: FoundAcl): SentServerAcl | undefined {
    const sends = this.#sent.get(roomId) ?? [];
    const last = sends.at(-1);
    if (last === undefined || found === undefined) return last;
    if (found.isOurs) {
      if (sameServerAcl(last.sent, found.content)) this.#sent.set(roomId, [last]);
      // An ACL of ours, whichever it is, says nothing new about what the room's moderators want.
      return { sent: parseServerAcl(found.content), foreign: last.foreign };
    }
    // The moderators based it on one of ours, but it is unknown which, so the entries of all unconfirmed sends count as
    // ours.
    const deny = new Set([...last.sent.deny, ...sends.flatMap(ownServerAclEntries)]);
    return { sent: { ...last.sent, deny: [...deny] }, foreign: last.foreign };
  }

  /** Whether an ACL is one of ours whose event may not have come back yet. */
  isSent(roomId: string, content: Record<string, unknown>): boolean {
    return (this.#sent.get(roomId) ?? []).some(({ sent }) => sameServerAcl(sent, content));
  }

  /** Records a send; its event comes back later. */
  sending(roomId: string, sent: SentServerAcl): void {
    this.#sent.set(roomId, [...(this.#sent.get(roomId) ?? []), sent].slice(-MOST_ON_THEIR_WAY));
  }

  /** Forgets a recorded send that, as far as we know, was not sent. */
  withdraw(roomId: string, sent: SentServerAcl): void {
    const sends = (this.#sent.get(roomId) ?? []).filter((one) => one !== sent);
    if (sends.length === 0) this.#sent.delete(roomId);
    else this.#sent.set(roomId, sends);
  }

  /** Records the ACL in force in the room now. */
  note(roomId: string, sent: SentServerAcl): void {
    this.#sent.set(roomId, [sent]);
  }
}

/** The payload of an `acl` action as the register keeps it. */
export function sentOf({
  content,
  foreign,
}: Pick<ReturnType<typeof aclPayload.parse>, 'content' | 'foreign'>): SentServerAcl {
  return { sent: parseServerAcl(content), foreign: foreign ?? undefined };
}

/**
 * What a room's moderators set, judged by everything we ever sent there: an entry that we sent for a rule and that was
 * later counted as theirs, although they sent no event in between, is ours.
 */
function foreignByHistory(actions: readonly ActionRecord[]): SentServerAcl['foreign'] {
  const ourEvents = new Set<string>();
  /** our entries in the previous send, which a later ACL by moderators may still contain */
  let own: ReadonlySet<string> = new Set();
  let foreign: SentServerAcl['foreign'];
  let isFirst = true;
  for (const { payload, result } of actions) {
    const read = aclPayload.safeParse(payload);
    if (!read.success) continue;
    const { basedOn } = read.data;
    const send = sentOf(read.data);
    if (isFirst) foreign = send.foreign;
    else if (typeof basedOn !== 'string' || !ourEvents.has(basedOn)) foreign = withoutOurs(send.foreign, own, foreign);
    isFirst = false;
    own = new Set(ownServerAclEntries({ sent: send.sent, foreign }));
    const eventId = (result as { event_id?: unknown } | null)?.event_id;
    if (typeof eventId === 'string') ourEvents.add(eventId);
  }
  return foreign;
}

function withoutOurs(
  found: SentServerAcl['foreign'],
  own: ReadonlySet<string>,
  before: SentServerAcl['foreign'],
): SentServerAcl['foreign'] {
  if (found === undefined) return undefined;
  const theirs = new Set(before?.deny ?? []);
  return { ...found, deny: found.deny.filter((entry) => theirs.has(entry) || !own.has(entry)) };
}
