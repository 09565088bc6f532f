import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Ledger } from '../../store/types.js';
import type { WebToken } from '../../store/records/pages.js';
import type { Clock } from '../../util/clock.js';

/** 128 bits, in characters that survive a URL and a phone call to support. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

/** The stored hash of a token. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** Compares two secrets in constant time. */
export function sameSecret(a: string, b: string): boolean {
  const [one, two] = [a, b].map((text) => createHash('sha256').update(text, 'utf8').digest());
  return one !== undefined && two !== undefined && timingSafeEqual(one, two);
}

export const LINK_MS = 10 * 60_000;
export const SESSION_MS = 12 * 3_600_000;
/** Receipts and appeals are valid for the maximum retention of cases. */
export const RECEIPT_MS = 180 * 24 * 3_600_000;

type TokenToKeep = Pick<WebToken, 'kind'> & Partial<Pick<WebToken, 'userId' | 'caseId' | 'data'>>;

/** A link through which the subject of a case can complain about a decision. */
export async function issueAppealLink(
  ledger: Pick<Ledger, 'commit' | 'webToken'>,
  clock: Clock,
  publicUrl: string,
  caseId: number,
): Promise<string> {
  return `${publicUrl}/appeal/${await new WebTokens(ledger, clock).issue({ kind: 'appeal', caseId }, RECEIPT_MS)}`;
}

/** Tokens: moderators' sign-in links and sessions, everybody else's receipts and appeals. */
export class WebTokens {
  constructor(
    private readonly ledger: Pick<Ledger, 'commit' | 'webToken'>,
    private readonly clock: Clock,
  ) {}

  /** Creates a token and stores its hash; resolves with the token, which is never shown again. */
  async issue(token: TokenToKeep, lifetimeMs: number): Promise<string> {
    const secret = newToken();
    await this.keep(secret, token, lifetimeMs);
    return secret;
  }

  /** Stores the hash of a token from `newToken`. */
  async keep(secret: string, token: TokenToKeep, lifetimeMs: number): Promise<void> {
    const now = this.clock();
    await this.ledger.commit((tx) =>
      tx.putWebToken({
        hash: hashOf(secret),
        kind: token.kind,
        userId: token.userId ?? null,
        caseId: token.caseId ?? null,
        data: token.data ?? {},
        createdAt: now,
        expiresAt: now + lifetimeMs,
      }),
    );
  }

  /** The stored token; undefined when it is unknown, of another kind, or expired. */
  async find(kind: WebToken['kind'], secret: string | undefined): Promise<WebToken | undefined> {
    if (secret === undefined || secret.length > 64) return undefined;
    const found = await this.ledger.webToken(hashOf(secret), this.clock());
    return found?.kind === kind ? found : undefined;
  }

  /** Consumes a sign-in link and returns its user; undefined when it is not a link, has expired, or was used. */
  async redeem(secret: string): Promise<string | undefined> {
    const link = await this.find('link', secret);
    if (link?.userId == null) return undefined;
    const first = await this.ledger.commit((tx) => tx.dropWebToken(link.hash));
    return first ? link.userId : undefined;
  }

  async drop(secret: string): Promise<void> {
    await this.ledger.commit((tx) => tx.dropWebToken(hashOf(secret)));
  }
}

/** A number that a person can give on the phone; it grants no access. */
export function receiptNumber(token: string): string {
  let number = 0;
  for (const letter of token) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 100_000_000;
  return String(number)
    .padStart(8, '0')
    .replace(/^(\d{4})/, '$1-');
}
