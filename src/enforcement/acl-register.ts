import { parseServerAcl } from '../matrix/events.js';
import type { SentServerAcl } from '../policy/index.js';
import type { Ledger } from '../store/types.js';
import { aclPayload } from './payloads.js';

/**
 * What we sent into each room's server ACL last, and what its people had set then, as the ledger remembers it: so that
 * a rule that goes takes exactly our entries along, also after a restart.
 */
export class AclRegister {
  readonly #sent = new Map<string, SentServerAcl>();

  async load(ledger: Pick<Ledger, 'latestOfKind'>): Promise<void> {
    for (const { payload } of await ledger.latestOfKind('acl')) {
      const read = aclPayload.safeParse(payload);
      if (read.success) this.note(read.data.roomId, sentOf(read.data));
    }
  }

  sentIn(roomId: string): SentServerAcl | undefined {
    return this.#sent.get(roomId);
  }

  /** Notes what is sent from now on; undefined when nothing was, after all. */
  note(roomId: string, sent: SentServerAcl | undefined): void {
    if (sent === undefined) this.#sent.delete(roomId);
    else this.#sent.set(roomId, sent);
  }
}

/** The payload of an `acl` action as the register keeps it. */
export function sentOf({ content, foreign }: Pick<ReturnType<typeof aclPayload.parse>, 'content' | 'foreign'>): SentServerAcl {
  return { sent: parseServerAcl(content), foreign: foreign ?? undefined };
}
