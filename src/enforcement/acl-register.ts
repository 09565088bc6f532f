import { parseServerAcl } from '../matrix/events.js';
import { ownServerAclEntries, sameServerAcl, type SentServerAcl } from '../policy/index.js';
import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { aclPayload } from './payloads.js';

/** The server ACL in force in a room, as its last event gives it. */
export interface FoundAcl {
  content: Record<string, unknown>;
  /** true when the bot sent it */
  isOurs: boolean;
}

/** More sends than this on their way at once are no haste but a fault: the oldest are forgotten. */
const MOST_ON_THEIR_WAY = 50;

/**
 * What we sent into each room's server ACL, and what its people had set then, as the ledger remembers it: so that a
 * rule that goes takes exactly our entries along, also after a restart.
 *
 * What was sent and what came back are kept apart. Several sends may be on their way before the event of the first
 * comes back; the room then shows an older ACL of ours, and nothing in it may be taken for its people's.
 */
export class AclRegister {
  /** by room: the sends since the last one that was seen in the room, oldest first */
  readonly #sent = new Map<string, SentServerAcl[]>();

  async load(ledger: Pick<Ledger, 'latestOfKind' | 'doneOfKind'>): Promise<void> {
    for (const { payload, lane } of await ledger.latestOfKind('acl')) {
      const read = aclPayload.safeParse(payload);
      if (!read.success) continue;
      const last = sentOf(read.data);
      // Versions before this one could take entries of ours for the people's; what they sent tells which.
      const suspect = (last.foreign?.deny.length ?? 0) > 0;
      this.note(
        read.data.roomId,
        suspect ? { ...last, foreign: foreignByHistory(await ledger.doneOfKind('acl', lane)) } : last,
      );
    }
  }

  /**
   * What to hold an ACL against that was found in a room, so that `foreignServerAcl` tells ours from its people's.
   * Without `found`: what was sent last. Undefined: we never sent one there.
   */
  sentIn(roomId: string, found?: FoundAcl): SentServerAcl | undefined {
    const sends = this.#sent.get(roomId) ?? [];
    const last = sends.at(-1);
    if (last === undefined || found === undefined) return last;
    if (found.isOurs) {
      if (sameServerAcl(last.sent, found.content)) this.#sent.set(roomId, [last]);
      // Our own ACL, whichever of them, says nothing new about what the room's people want.
      return { sent: parseServerAcl(found.content), foreign: last.foreign };
    }
    // Its people wrote it upon one of ours, but which? All our entries of the sends on their way are ours in it.
    const deny = new Set([...last.sent.deny, ...sends.flatMap(ownServerAclEntries)]);
    return { sent: { ...last.sent, deny: [...deny] }, foreign: last.foreign };
  }

  /** Says whether an ACL is one of ours whose event may not have come back yet. */
  isSent(roomId: string, content: Record<string, unknown>): boolean {
    return (this.#sent.get(roomId) ?? []).some(({ sent }) => sameServerAcl(sent, content));
  }

  /** Notes what is sent now; its event comes back later. */
  sending(roomId: string, sent: SentServerAcl): void {
    this.#sent.set(roomId, [...(this.#sent.get(roomId) ?? []), sent].slice(-MOST_ON_THEIR_WAY));
  }

  /** What was noted as being sent was not sent, as far as we know. */
  withdraw(roomId: string, sent: SentServerAcl): void {
    const sends = (this.#sent.get(roomId) ?? []).filter((one) => one !== sent);
    if (sends.length === 0) this.#sent.delete(roomId);
    else this.#sent.set(roomId, sends);
  }

  /** Notes what stands in the room now. */
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
 * What a room's people set, by all that we ever sent there: an entry that we sent for a rule, and that was counted as
 * the people's afterwards although no event of theirs lay in between, is ours.
 */
function foreignByHistory(actions: readonly ActionRecord[]): SentServerAcl['foreign'] {
  const ourEvents = new Set<string>();
  /** our entries of the send before: what people wrote afterwards may hold them */
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
