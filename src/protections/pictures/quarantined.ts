import type { MatrixEvent } from '../../matrix/types.js';
import { MatrixError } from '../../matrix/types.js';
import type { NewAction } from '../../store/records/actions.js';
import type { Settings } from '../../store/settings/types.js';
import type { Ledger, LedgerTransaction } from '../../store/types.js';
import type { Clock } from '../../util/clock.js';
import { isEnabledSomewhere, settingsOf, type ActiveProtection } from '../current.js';
import { quarantinedPicture, type QuarantinedPictureSettings } from '../kinds/quarantined-picture.js';
import type { Memories } from '../memories.js';
import { Message } from '../message.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';
import type { Finding } from '../types.js';
import type { KnownPictures } from './known.js';
import { lookAtPictures } from './look.js';
import { tellingPrints, type PicturePrints } from './print.js';
import { picturesShown } from './shown.js';

/** A picture's fingerprints, and whether it resembles an official account's picture. */
export interface SeenPicture {
  prints: PicturePrints;
  official: boolean;
}

export interface QuarantinedPicturesOptions {
  settings: { get(): Readonly<Settings> };
  clock: Clock;
  memories: Memories;
  ledger: Pick<Ledger, 'commit'>;
  /**
   * fetches and fingerprints a picture; undefined: it is not a picture, or pictures cannot be decoded on this machine
   */
  see: (mxc: string) => Promise<SeenPicture | undefined>;
  /** records the consequences of a finding in an event */
  found: (tx: LedgerTransaction, event: MatrixEvent, finding: Finding) => Promise<NewAction[]>;
}

const { name: NAME } = quarantinedPicture;
/** Limits on the pictures fingerprinted for one command or rule, newest first, and on the time. */
const MOST_REMEMBERED = 50;
const REMEMBER_MS = 15_000;
/** Larger events are not copied: a picture does not need 16 kB around it. */
const MOST_EVENT_LETTERS = 16_000;

/**
 * The QuarantinedPicture protection. Pictures are fingerprinted before they are quarantined, since nobody can load them
 * afterwards; posted pictures are checked by an action, so that no event waits for a picture.
 */
export class QuarantinedPictures {
  constructor(private readonly options: QuarantinedPicturesOptions) {}

  get #known(): KnownPictures {
    return this.options.memories.of(NAME) as KnownPictures;
  }

  /** Whether it is enabled in some room, so that quarantined pictures have to be remembered. */
  get isOn(): boolean {
    return isEnabledSomewhere(this.options.settings.get(), NAME);
  }

  /** Whether no pictures are remembered, so that there is nothing to compare with. */
  get knowsNone(): boolean {
    return this.#known.isEmpty;
  }

  /** The picture checks that an event requires, in a room where the protection is enabled. */
  toAsk(event: MatrixEvent, active: readonly ActiveProtection[]): NewAction[] {
    if (this.knowsNone || !active.some(({ protection }) => protection === quarantinedPicture)) return [];
    const pictures = picturesShown(event, () => new Message(event));
    if (pictures.length === 0) return [];
    const carried: Record<string, unknown> = { ...event };
    delete carried.unsigned;
    if (JSON.stringify(carried).length > MOST_EVENT_LETTERS) return [];
    return [lookAtPictures.create({ pictures, event: carried }, { key: `protection:${NAME}:${event.event_id}` })];
  }

  /**
   * Compares an event's pictures with quarantined ones; the first match counts.
   * @throws MatrixError when the homeserver does not return a picture, and none of the others matched
   */
  async look(pictures: readonly string[], event: MatrixEvent): Promise<{ found: string | null; follow: NewAction[] }> {
    const { clock, ledger, see, found } = this.options;
    let trouble: unknown;
    for (const mxc of pictures) {
      try {
        const now = clock();
        const known = this.#known.get(mxc, now) ?? this.#known.like((await see(mxc))?.prints ?? [], now);
        if (known === undefined) continue;
        const detail = { picture: known.mxc, quarantined: new Date(known.at).toISOString().slice(0, 10) };
        const { sender: id, room_id: roomId, event_id: eventId } = event;
        const why = texts.why.quarantinedPicture;
        const finding: Finding = { subject: { kind: 'user', id }, why, events: [{ roomId, eventId }], detail };
        return { found: known.mxc, follow: await ledger.commit((tx) => found(tx, event, finding)) };
      } catch (error) {
        if (!(error instanceof MatrixError)) throw error;
        trouble = error;
      }
    }
    if (trouble !== undefined) throw trouble;
    return { found: null, follow: [] };
  }

  /**
   * Stores the fingerprints of pictures that are about to be quarantined; resolves with their number. None while the
   * protection is disabled, and none for plain pictures or those that resemble an official account's.
   */
  async remember(pictures: readonly string[], by: string): Promise<number> {
    const { settings, clock, see } = this.options;
    if (!this.isOn) return 0;
    const { keep_for: keepFor } = settingsOf(settings.get(), quarantinedPicture) as QuarantinedPictureSettings;
    const end = clock() + REMEMBER_MS;
    let kept = 0;
    for (const mxc of pictures.slice(0, MOST_REMEMBERED)) {
      const at = clock();
      if (at > end) break;
      const seen = await see(mxc).catch((error: unknown) => {
        if (!(error instanceof MatrixError)) throw error;
        return undefined;
      });
      const prints = seen === undefined || seen.official ? [] : tellingPrints(seen.prints);
      if (prints.length === 0) continue;
      this.#known.remember({ mxc, prints, by, at, until: at + keepFor });
      kept += 1;
    }
    await this.#write();
    return kept;
  }

  /** Forgets pictures that are no longer quarantined; resolves with how many of them were remembered. */
  async forget(pictures: readonly string[]): Promise<number> {
    const forgotten = pictures.filter((mxc) => this.#known.forget(mxc)).length;
    await this.#write();
    return forgotten;
  }

  async #write(): Promise<void> {
    const rows = this.#known.takeChanged().map((row) => ({ protection: NAME, ...row }));
    if (rows.length > 0) await this.options.ledger.commit((tx) => tx.keepProtectionRows(rows));
  }
}
