import { protectionFindingSchema, verdictFindingSchema } from '../../store/findings.js';
import type { JudgedFinding } from '../../store/records/pages.js';
import type { Ledger } from '../../store/types.js';
import type { Clock } from '../../util/clock.js';

/** Findings of a detection rule or a protection, and how often people dismissed them. */
export interface Judged {
  kind: 'rule' | 'protection';
  name: string;
  /** decided cases */
  decided: number;
  dismissed: number;
}

export const PRECISION_DAYS = 90;
const DAY_MS = 86_400_000;
/** Maximum findings read, in batches that let other work run in between. */
const MOST_READ = 2_000;
const A_STEP = 100;
const FRESH_MS = 5 * 60_000;

/** Counts, at most every five minutes, how many findings of each rule and protection were upheld. */
export class Precision {
  #counted: { at: number; judged: Promise<Judged[]> } | undefined;

  constructor(
    private readonly ledger: Pick<Ledger, 'judgedFindings'>,
    private readonly clock: Clock,
  ) {}

  /** Most often dismissed first. */
  latest(): Promise<Judged[]> {
    const now = this.clock();
    if (this.#counted !== undefined && now >= this.#counted.at && now - this.#counted.at < FRESH_MS)
      return this.#counted.judged;
    const judged = this.#count(now);
    judged.catch(() => (this.#counted = undefined));
    this.#counted = { at: now, judged };
    return judged;
  }

  async #count(now: number): Promise<Judged[]> {
    const counts = new Map<string, Judged>();
    const findings = await this.ledger.judgedFindings(now - PRECISION_DAYS * DAY_MS, MOST_READ);
    for (const [index, finding] of findings.entries()) {
      if (index % A_STEP === A_STEP - 1) await new Promise((resolve) => setImmediate(resolve));
      for (const { kind, name } of foundBy(finding)) {
        const key = `${kind} ${name}`;
        const counted = counts.get(key) ?? { kind, name, decided: 0, dismissed: 0 };
        counted.decided += 1;
        if (finding.state === 'dismissed') counted.dismissed += 1;
        counts.set(key, counted);
      }
    }
    return [...counts.values()].sort(
      (a, b) =>
        b.dismissed / b.decided - a.dismissed / a.decided || b.decided - a.decided || (a.name < b.name ? -1 : 1),
    );
  }
}

/** The sources of a case: each kind of disguise in a verdict's evidence, or the protection. */
function foundBy({ kind, data }: JudgedFinding): Pick<Judged, 'kind' | 'name'>[] {
  if (kind === 'protection') {
    const name = protectionFindingSchema.safeParse(data).data?.protection;
    return name === undefined ? [] : [{ kind: 'protection', name }];
  }
  const evidence = verdictFindingSchema.safeParse(data).data?.verdict.evidence ?? [];
  return [...new Set(evidence.map(({ disguise }) => disguise))].map((name) => ({ kind: 'rule', name }));
}
