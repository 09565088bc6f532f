import { sendLetter } from '../mail/letters.js';
import type { Ledger, NewAction, CaseRecord } from '../store/types.js';
import type { WebToken } from '../store/pages.js';
import { isUserId } from '../matrix/identifiers.js';
import type { Clock } from '../util/clock.js';
import { appealOutcome } from './statements.js';
import { texts, type StatementLanguage } from './texts.js';

const LOOK_MS = 5_000;
const CLOSED_READ = 100;
const UNTIL_META = 'statements.ends_until';

/**
 * Tells those who complained about a decision, and those who reported without an account and left an address, what
 * became of it: at the page always, and here by message and mail.
 */
export class CaseEnds {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: {
      ledger: Ledger;
      /** mail can be sent */
      mail: boolean;
      clock: Clock;
    },
  ) {}

  start(): void {
    void this.look().catch(() => undefined);
    this.#timer = setInterval(() => void this.look().catch(() => undefined), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Looks at the cases that were closed since the last look. */
  async look(): Promise<void> {
    const { ledger, clock } = this.options;
    const until = Number(await ledger.meta(UNTIL_META));
    if (!(until > 0)) return ledger.commit((tx) => tx.setMeta(UNTIL_META, String(clock())));
    const closed = (await ledger.cases({ states: ['actioned', 'dismissed'], limit: CLOSED_READ })).filter(
      ({ closedAt }) => closedAt !== null && closedAt > until,
    );
    if (closed.length === 0) return;
    const told: NewAction[] = [];
    const heard: WebToken[] = [];
    const outcomes: { record: CaseRecord; upheld: boolean }[] = [];
    for (const record of closed)
      for (const token of await ledger.webTokensOf(record.id, clock())) {
        if (token.kind === 'receipt') told.push(...this.#letter(token, record));
        if (token.kind !== 'appeal' || typeof token.data.sent_at !== 'number' || token.data.outcome !== undefined)
          continue;
        const upheld = record.state === 'dismissed';
        heard.push({ ...token, data: { ...token.data, outcome: upheld ? 'upheld' : 'rejected' } });
        outcomes.push({ record, upheld });
        if (isUserId(record.subject)) told.push(appealOutcome(record.id, record.subject, upheld, token.hash));
      }
    await ledger.commit(async (tx) => {
      await tx.addActions(told);
      for (const token of heard) await tx.putWebToken(token);
      for (const { record, upheld } of outcomes)
        await tx.audit({
          at: record.closedAt ?? clock(),
          actor: 'heimdall',
          what: upheld ? 'case.appeal_upheld' : 'case.appeal_rejected',
          caseId: record.id,
          data: {},
        });
      await tx.setMeta(UNTIL_META, String(Math.max(...closed.map(({ closedAt }) => closedAt ?? 0))));
    });
  }

  #letter({ hash, data }: WebToken, record: CaseRecord): NewAction[] {
    const what = record.state === 'dismissed' ? 'dismissed' : 'actioned';
    return this.options.mail ? letter(what, data, `${hash.slice(0, 24)}:${record.round}:${what}`) : [];
  }
}

/** A letter about a report without an account; none where no address was left. The private link stands in none. */
export function letter(
  what: 'taken' | 'actioned' | 'dismissed',
  data: Record<string, unknown>,
  key: string,
): NewAction[] {
  const { mail, number, language } = data;
  if (typeof mail !== 'string' || typeof number !== 'string') return [];
  const t = texts[language === 'de' ? ('de' satisfies StatementLanguage) : 'en'].letter;
  return [
    sendLetter.create(
      { to: mail, subject: t.subject(number), text: t[what](number) },
      { key: `letter:${what}:${key}` },
    ),
  ];
}
