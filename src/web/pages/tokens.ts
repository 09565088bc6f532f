import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Ledger } from '../../store/types.js';
import type { WebToken } from '../../store/records/pages.js';
import type { Clock } from '../../util/clock.js';

/** 128 bits, in letters that survive a URL and a phone call to support. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

/** What the ledger keeps of a token. */
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
/** Receipts and appeals can be looked at as long as cases are kept at most. */
export const RECEIPT_MS = 180 * 24 * 3_600_000;

type TokenToKeep = Pick<WebToken, 'kind'> & Partial<Pick<WebToken, 'userId' | 'caseId' | 'data'>>;

/** A link by which the subject of a case can complain about what was decided. */
export async function issueAppealLink(
  ledger: Pick<Ledger, 'commit' | 'webToken'>,
  clock: Clock,
  publicUrl: string,
  caseId: number,
): Promise<string> {
  return `${publicUrl}/appeal/${await new WebTokens(ledger, clock).issue({ kind: 'appeal', caseId }, RECEIPT_MS)}`;
}

/** Sign-in links and sessions of moderators, receipts and appeals of everybody else. */
export class WebTokens {
  constructor(
    private readonly ledger: Pick<Ledger, 'commit' | 'webToken'>,
    private readonly clock: Clock,
  ) {}

  /** Makes a token and keeps its hash; resolves with the token, which is never seen again. */
  async issue(token: TokenToKeep, lifetimeMs: number): Promise<string> {
    const secret = newToken();
    await this.keep(secret, token, lifetimeMs);
    return secret;
  }

  /** Keeps the hash of a token that `newToken` made. */
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

  /** The token as it is kept; undefined when it is unknown, of another kind, or has expired. */
  async find(kind: WebToken['kind'], secret: string | undefined): Promise<WebToken | undefined> {
    if (secret === undefined || secret.length > 64) return undefined;
    const found = await this.ledger.webToken(hashOf(secret), this.clock());
    return found?.kind === kind ? found : undefined;
  }

  /** Uses a sign-in link up: the user whose it is; undefined when it is not a link, has expired, or was used. */
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

/** A number that a person can say on the phone; it opens nothing. */
export function receiptNumber(token: string): string {
  let number = 0;
  for (const letter of token) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 100_000_000;
  return String(number)
    .padStart(8, '0')
    .replace(/^(\d{4})/, '$1-');
}
