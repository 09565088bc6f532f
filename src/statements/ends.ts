import { sendLetter } from '../mail/letters.js';
import type { Correspondence } from '../store/index.js';
import type { NewAction } from '../store/records/actions.js';
import type { AuditEntry } from '../store/records/audit.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { Ledger } from '../store/types.js';
import type { WebToken } from '../store/records/pages.js';
import { isUserId } from '../matrix/identifiers.js';
import type { Clock } from '../util/clock.js';
import { appealOutcome } from './statements.js';
import { texts, type StatementLanguage } from './texts.js';
import { Rounds } from '../util/rounds.js';

const LOOK_MS = 5_000;
/** position in the list of ended cases: `time/case` of the last one processed */
const UNTIL_META = 'statements.ends_until';
const APPEAL_UPHELD = 'case.appeal_upheld';
const APPEAL_REJECTED = 'case.appeal_rejected';

/**
 * Informs those who complained about a decision, and those who reported without an account and left an address, of the
 * outcome, by message and mail. The page always shows it.
 */
export class CaseEnds {
  readonly #rounds = new Rounds({ work: () => this.look(), everyMs: LOOK_MS });

  constructor(
    private readonly options: {
      ledger: Ledger;
      correspondence: Pick<Correspondence, 'followEnded'>;
      /** mail can be sent */
      mail: boolean;
      clock: Clock;
    },
  ) {}

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Processes the cases closed since the last round, however many there are. */
  async look(): Promise<void> {
    const { correspondence, clock } = this.options;
    await correspondence.followEnded(UNTIL_META, clock(), async (ended) => {
      const ends = await Promise.all(ended.map((one) => this.#endOf(one.id)));
      return async (tx) => {
        for (const { told, heard, audit } of ends) {
          await tx.addActions(told);
          for (const token of heard) await tx.putWebToken(token);
          for (const entry of audit) await tx.audit(entry);
        }
      };
    });
  }

  /** The messages and notes that one closed case requires. */
  async #endOf(caseId: number): Promise<{ told: NewAction[]; heard: WebToken[]; audit: AuditEntry[] }> {
    const { ledger, clock } = this.options;
    const record = await ledger.caseById(caseId);
    if (record === undefined) return { told: [], heard: [], audit: [] };
    const upheld = record.state === 'dismissed';
    const tokens = await ledger.webTokensOf(caseId, clock());
    const receipts = tokens.filter(({ kind }) => kind === 'receipt');
    const heard = tokens
      .filter(({ kind, data }) => kind === 'appeal' && typeof data.sent_at === 'number' && data.outcome === undefined)
      .map((token) => ({ ...token, data: { ...token.data, outcome: upheld ? 'upheld' : 'rejected' } }));
    const told = receipts.flatMap((token) => this.#letter(token, record));
    // an appeal by mail has no token; the audit records it
    const decided = await this.#isAppealDecided(caseId);
    if (decided) return { told, heard, audit: [] };
    if (isUserId(record.subject))
      told.push(appealOutcome(caseId, record.subject, upheld, heard[0]?.hash ?? `${caseId}:${record.closedAt}`));
    const what = upheld ? APPEAL_UPHELD : APPEAL_REJECTED;
    return { told, heard, audit: [{ at: record.closedAt ?? clock(), actor: 'heimdall', what, caseId, data: {} }] };
  }

  /** Whether no complaint about this case is waiting for its outcome. */
  async #isAppealDecided(caseId: number): Promise<boolean> {
    const audit = await this.options.ledger.auditOf(caseId);
    const lastOf = (...what: string[]) => audit.findLastIndex((entry) => what.includes(entry.what));
    return lastOf('case.appealed') <= lastOf(APPEAL_UPHELD, APPEAL_REJECTED);
  }

  #letter({ hash, data }: WebToken, record: CaseRecord): NewAction[] {
    const what = record.state === 'dismissed' ? 'dismissed' : 'actioned';
    return this.options.mail ? letter(what, data, `${hash.slice(0, 24)}:${record.round}:${what}`) : [];
  }
}

/**
 * A letter about a report made without an account; none where no address was left. It never contains the private link.
 */
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
