import {
  protectionFindingSchema,
  reportFindingSchema,
  verdictFindingSchema,
  type ProtectionFinding,
  type ReportFinding,
  type VerdictFinding,
} from '../../store/findings.js';
import type { FindingRecord } from '../../store/records/findings.js';
import type { Ledger } from '../../store/types.js';
import { wordsOf } from '../../notify/words-of-event.js';
import { cutText } from './cut-text.js';
import type { Moment } from './desk/case-evidence.js';

/** How many of each kind are shown, so that the page stays small whatever the case contains. */
const SEEN_SHOWN = 5;
const REPORTS_SHOWN = 10;
const OFFENCES_SHOWN = 10;
/** Of a reason in code points; the command `case N` shows all of it. */
const REASON_SHOWN = 500;
const FACTS_SHOWN = 100;

/**
 * The events of a case, oldest first: names its subject was seen under, reports, offences caught by protections.
 * @param roomName a room's name; undefined when unknown
 */
export async function momentsOf(
  ledger: Pick<Ledger, 'newestFindings'>,
  caseId: number,
  roomName: (roomId: string) => string,
): Promise<Moment[]> {
  const [seen, reports, offences] = await Promise.all([
    ledger.newestFindings(caseId, 'verdict', SEEN_SHOWN),
    ledger.newestFindings(caseId, 'report', REPORTS_SHOWN),
    ledger.newestFindings(caseId, 'protection', OFFENCES_SHOWN),
  ]);
  const nameOf = (roomId: string | undefined): string | undefined =>
    roomId === undefined ? undefined : roomName(roomId);
  return [...seen, ...reports, ...offences]
    .sort((a, b) => a.seenAt - b.seenAt || a.id - b.id)
    .flatMap((finding): Moment[] => {
      const read = readFinding(finding);
      if (read === undefined) return [];
      return [
        { at: finding.seenAt, place: nameOf(read.roomId), written: wordsOf(read.event) || undefined, ...read.what },
      ];
    });
}

type What<M = Moment> = M extends Moment ? Omit<M, 'at' | 'place' | 'written'> : never;

interface Read {
  what: What;
  roomId: string | undefined;
  event: Record<string, unknown> | undefined;
}

/** Undefined for what this version cannot read. */
function readFinding({ kind, data }: FindingRecord): Read | undefined {
  if (kind === 'verdict') return readSeen(verdictFindingSchema.safeParse(data).data);
  if (kind === 'report') return readReport(reportFindingSchema.safeParse(data).data);
  return readOffence(protectionFindingSchema.safeParse(data).data);
}

function readSeen(found: VerdictFinding | undefined): Read | undefined {
  return (
    found && {
      what: { kind: 'seen', name: found.sighting.displayName ?? null, verdict: found.verdict.verdict },
      roomId: found.where.roomId,
      // a member event only contains the name, which is shown already
      event: undefined,
    }
  );
}

function readReport(found: ReportFinding | undefined): Read | undefined {
  return (
    found && {
      what: { kind: 'report', reporter: found.reporter, reason: cutText(found.reason, REASON_SHOWN) },
      roomId: found.roomId,
      event: found.event,
    }
  );
}

function readOffence(found: ProtectionFinding | undefined): Read | undefined {
  if (found === undefined) return undefined;
  const { protection, why, offence, detail, roomId, event } = found;
  const facts = Object.entries(detail)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const caught = { protection, why: cutText(why, FACTS_SHOWN), facts: cutText(facts, FACTS_SHOWN), offence };
  return { what: { kind: 'protection', ...caught }, roomId, event };
}
