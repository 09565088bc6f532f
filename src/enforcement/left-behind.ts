import { hash } from 'node:crypto';
import { actionsOfKinds } from '../actions/of-kinds.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';

/** The kinds that planners request under a key that ends in the epoch of a start (PlanOptions). */
const PLANNED = [
  'acl',
  'ban',
  'unban',
  'kick',
  'redact_user',
  'suspend',
  'unsuspend',
  'deactivate',
  'quarantine_media',
  'unquarantine_media',
  'block_room',
  'unblock_room',
];

/**
 * What an earlier process planned and is still due. This process would plan it again under keys of its own, and the
 * second action would end without an effect after the first. As soon as one has ended, its effect can be requested
 * again; after due actions were cancelled, all can.
 */
export class LeftBehind {
  readonly #due = new Set<string>();
  #ledger: Pick<Ledger, 'dueRevision'> | undefined;
  #revision = 0;

  async load(ledger: Pick<Ledger, 'actionsOfKind' | 'dueRevision'>): Promise<void> {
    this.#ledger = ledger;
    this.#revision = ledger.dueRevision;
    for await (const action of actionsOfKinds(ledger, PLANNED, 'due')) this.#due.add(effectOf(action));
  }

  /** Of what was planned, what is not due already. */
  without(actions: NewAction[]): NewAction[] {
    if (this.#ledger?.dueRevision !== this.#revision) this.#due.clear();
    return this.#due.size === 0 ? actions : actions.filter((action) => !this.#due.has(effectOf(action)));
  }

  /** An action ended, however. */
  ended(action: ActionRecord): void {
    if (this.#due.size > 0) this.#due.delete(effectOf(action));
  }
}

/** What an action is to do, and for what state of the room: its key and payload without the epoch. */
function effectOf({ kind, key, payload }: Pick<NewAction, 'kind' | 'key' | 'payload'>): string {
  const epoch = key.slice(key.lastIndexOf(':'));
  const text = JSON.stringify([kind, key, payload]).replaceAll(`${epoch}"`, '"');
  return hash('sha1', text, 'base64');
}
