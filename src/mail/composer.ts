import type { Config } from '../config/types.js';
import type { OutboxRecord } from '../store/records/mails.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { packageVersion } from '../util/package-root.js';
import { composeAbuseMail } from './compose.js';
import { mailIdentityOf, stamped, type Gathered } from './input.js';
import type { PictureMaker } from './picture.js';
import { loadMailWords, type MailWords } from './words.js';

/** A mail for the outbox. */
export type Composed = Omit<OutboxRecord, 'id' | 'sentAt' | 'response' | 'actionId'>;

export interface ComposerParts {
  ledger: Pick<Ledger, 'secret'>;
  config: Pick<Config, 'homeserver' | 'mail' | 'rules_dir'>;
  /** absent: mails have no pictures */
  pictures?: PictureMaker;
  clock: Clock;
}

/** Writes mails to abuse desks, with the configured texts and sender. */
export class MailComposer {
  readonly #parts: ComposerParts;
  readonly #words: MailWords;
  readonly #userAgent = `Heimdall/${packageVersion()}`;

  constructor(parts: ComposerParts) {
    this.#parts = parts;
    // read now, so that an admin's invalid texts are reported at the start and not with the first mail
    this.#words = loadMailWords(parts.config.mail.language, parts.config.rules_dir);
  }

  /** @param recipient default: the configured abuse contact */
  async compose(gathered: Gathered, recipient?: string): Promise<Composed> {
    const { ledger, config, pictures, clock } = this.#parts;
    const words = this.#words;
    const means = { secret: await ledger.secret('mail'), userAgent: this.#userAgent, words };
    const identity = mailIdentityOf(config, gathered.caseId, means, recipient);
    const now = clock();
    const domain = identity.from.address.slice(identity.from.address.lastIndexOf('@') + 1);
    const drawn = await pictures?.of(gathered, words);
    const mail = await composeAbuseMail({ ...stamped(gathered, domain, now), pictures: drawn }, identity);
    return { ...mail, caseId: gathered.caseId, createdAt: now };
  }
}
