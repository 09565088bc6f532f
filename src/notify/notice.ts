import type { ProtectedIdentityConfig } from '../config/types.js';
import { visible } from '../detection/index.js';
import type { ActionState, ActionSummary } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import { isoTime } from '../util/times.js';
import { eventPermalink } from '../matrix/permalinks.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ReportFinding, VerdictFinding } from '../store/findings.js';
import { harmIn } from '../store/harms.js';
import { protectionLines } from './protection-notice.js';
import { disguiseLine, explainVerdict, idWithDisguise } from './disguise.js';
import type { CaseView } from '../cases/view.js';
import { evidenceWords } from './evidence-words.js';
import { texts } from './texts.js';

/** At most this many sentences of evidence: a moderator decides in seconds; the rest is in `!heimdall case N`. */
const REASONS_SHOWN = 3;
const REPORTS_SHOWN = 3;

/**
 * The case notice: who, whom they imitate, why, what was done, how to undo it. Pure. It contains the subject's full id
 * verbatim, for copying, followed by a version with the disguise visible, where they differ.
 * @param identities the currently protected ones; a disguise is explained by comparison with their names
 */
export function caseNotice(view: CaseView, identities: readonly ProtectedIdentityConfig[]): Block[] {
  const { case: record, strongest, reports } = view;
  const blocks: Block[] = [{ heading: title(view) }, { line: who(view) }];
  if (record.protected !== null) blocks.push({ line: [texts.notice.imitates, { code: record.protected }] });
  if (strongest !== undefined) {
    blocks.push({ line: [texts.notice.why, reasonsOf(strongest).join(' ')] });
    const disguise = disguiseLine(explainVerdict(strongest.sighting, strongest.verdict, identities));
    if (disguise !== undefined) blocks.push({ line: disguise });
    const seen = whereSeen(strongest);
    if (seen !== undefined) blocks.push({ line: seen });
  }
  blocks.push(...protectionLines(view.offences, record.id));
  const shown = reports.slice(-REPORTS_SHOWN);
  for (const report of shown) blocks.push({ line: reportLine(report) });
  if (record.reports > shown.length)
    blocks.push({ line: [texts.notice.earlierReports(record.reports - shown.length)] });
  blocks.push({ line: [texts.notice.done, doneSentence(view.done)] });
  blocks.push({ line: nextSentence(view) });
  return blocks;
}

function title(view: CaseView): string {
  const { case: record, reports } = view;
  const harm =
    record.verdict === null
      ? reports.map(({ reason }) => harmIn(reason)).find((found) => found !== undefined)
      : undefined;
  const kind = harm === undefined ? '' : texts.report.harmTitle(harm);
  const protections = [...new Set(view.offences.map(({ protection }) => protection))].join(', ');
  const what = record.verdict === null && record.reports === 0 && protections !== '' ? protections : whatOf(record);
  return texts.notice.title(record.id, record.round > 1, `${what}${kind}`, record.state === 'dismissed');
}

/** What a case is about, in a few words. */
export function whatOf({ verdict, subjectKind }: Pick<CaseRecord, 'verdict' | 'subjectKind'>): string {
  if (verdict === null) return texts.notice.reported(subjectKind);
  return (subjectKind === 'room' ? texts.roomLevels : texts.levels)[verdict] ?? verdict;
}

function who({ case: { subject, subjectKind }, strongest, reports }: CaseView): Inline[] {
  const isRoom = subjectKind === 'room';
  const line: Inline[] = [isRoom ? texts.notice.room : texts.notice.who, ...idWithDisguise(subject)];
  const reported = isRoom ? reports.at(-1) : undefined;
  const name = strongest?.sighting.displayName ?? reported?.roomName;
  if (name != null && name !== '')
    line.push(isRoom ? texts.notice.roomName : texts.notice.displayName, { code: visible(name) });
  if (reported?.roomAlias !== undefined) line.push(texts.seen.alias, { code: visible(reported.roomAlias) });
  return line;
}

/** The strongest reasons in words, at most three. */
export function reasonsOf(finding: VerdictFinding): string[] {
  const sentences = [...finding.verdict.evidence]
    .sort((a, b) => b.weight - a.weight)
    .map((evidence) => evidenceWords(evidence.sentence));
  return [...new Set(sentences)].slice(0, REASONS_SHOWN);
}

function whereSeen(finding: VerdictFinding): Inline[] | undefined {
  const { where } = finding;
  const when = isoTime(where.at)?.replace(/\.\d+Z$/, 'Z') ?? texts.seen.unknownTime;
  const line: Inline[] = [
    texts.seen.line(where.source === 'room' ? texts.seen.roomItself : texts.seen[where.source], when),
  ];
  if (where.roomAlias !== undefined) line.push(texts.seen.alias, { code: visible(where.roomAlias) });
  if (where.roomName !== undefined && where.source !== 'room')
    line.push(texts.seen.room, { code: visible(where.roomName) });
  if (where.roomId !== undefined && where.eventId !== undefined)
    line.push(', ', { link: eventPermalink(where.roomId, where.eventId), text: texts.seen.event });
  return line;
}

export function reportLine(report: ReportFinding): Inline[] {
  const line: Inline[] = [
    texts.report.by,
    { code: report.reporter },
    ': ',
    report.reason === '' ? texts.report.noReason : visible(report.reason),
  ];
  const harm = harmIn(report.reason);
  if (harm !== undefined) line.push(texts.report.harm(harm));
  if (report.outcomes !== undefined) line.push(texts.report.mostlyDismissed(report.outcomes));
  if (report.roomId !== undefined && report.eventId !== undefined)
    line.push(' – ', { link: eventPermalink(report.roomId, report.eventId), text: texts.seen.event });
  return line;
}

/** Effects that undo each other: only the later one is mentioned. */
const OPPOSITES: Record<string, string> = {
  write_rule: 'remove_rule',
  remove_rule: 'write_rule',
  suspend: 'unsuspend',
  unsuspend: 'suspend',
  lock: 'unlock',
  unlock: 'lock',
  mute: 'unmute',
  unmute: 'mute',
  quarantine_media: 'unquarantine_media',
  unquarantine_media: 'quarantine_media',
};

/**
 * What was done, in one sentence: bans are counted, a refusal states its reason. A successful or pending attempt hides
 * earlier failures, and an undo hides the effect that it undoes.
 */
function doneSentence(summaries: readonly ActionSummary[]): string {
  const lastOf = (kind: string | undefined, states: readonly ActionState[]): number =>
    Math.max(0, ...summaries.filter((one) => one.kind === kind && states.includes(one.state)).map((one) => one.lastId));
  const parts: string[] = [];
  for (const [kind, words] of Object.entries(texts.actions)) {
    for (const [state, phrase] of Object.entries(words)) {
      const found = summaries.find((one) => one.kind === kind && one.state === state);
      if (found === undefined || found.lastId < lastOf(OPPOSITES[kind], ['done'])) continue;
      if (state !== 'done' && state !== 'due' && found.lastId < lastOf(kind, ['done', 'due'])) continue;
      const rooms = kind === 'ban' || kind === 'unban' ? texts.notice.inRooms(found.count) : '';
      const error = state === 'refused' || state === 'failed' ? found.lastError : null;
      parts.push(`${phrase}${rooms}${error == null ? '' : ` (${visible(error).replace(/\.$/, '')})`}`);
    }
  }
  return parts.length === 0 ? texts.notice.nothing : `${parts.join('; ')}.`;
}

/** Whether a ban of ours is in force or pending, judging by the case's actions. */
function isBanned(summaries: readonly ActionSummary[]): boolean {
  const lastOf = (kinds: readonly string[], states: readonly ActionState[]): number =>
    Math.max(
      0,
      ...summaries.filter((one) => kinds.includes(one.kind) && states.includes(one.state)).map((one) => one.lastId),
    );
  return lastOf(['write_rule', 'ban'], ['done', 'due']) > lastOf(['remove_rule', 'unban'], ['done']);
}

function nextSentence(view: CaseView): Inline[] {
  const { id, state } = view.case;
  if (state === 'dismissed') return texts.notice.closed(id);
  const banned = isBanned(view.done);
  const ban = banned || view.case.subjectKind !== 'user' ? [] : texts.notice.toBan(id);
  const harmless = view.case.verdict === null ? texts.notice.harmless(id) : texts.notice.notAnImpostor(id);
  return [...(banned ? texts.notice.wrong(id) : harmless), ...ban, ...texts.notice.details(id)];
}
