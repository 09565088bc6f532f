import type { ProtectedIdentityConfig } from '../config/types.js';
import { visible } from '../detection/index.js';
import { isoTime } from '../util/times.js';
import { eventPermalink } from '../matrix/permalinks.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ReportFinding, VerdictFinding } from '../store/findings.js';
import { harmIn, harmPhrase, HARMS } from '../store/harms.js';
import type { ActionState, ActionSummary, CaseRecord } from '../store/types.js';
import { protectionLines } from './protection-notice.js';
import { disguiseLine, explainVerdict, idWithDisguise } from './disguise.js';
import type { CaseView } from '../cases/view.js';
import { texts } from './texts.js';

/** At most this many sentences of evidence: a moderator decides in seconds, the rest is in `!heimdall case N`. */
const REASONS_SHOWN = 3;
const REPORTS_SHOWN = 3;

/** What a level means for the reader, in words. */
export const LEVEL_WORDS: Record<string, string> = {
  possible: 'possibly an impostor',
  likely: 'likely an impostor',
  certain: 'certainly an impostor',
};

const ROOM_LEVEL_WORDS: Record<string, string> = {
  possible: 'possibly a copy of an official room',
  likely: 'likely a copy of an official room',
  certain: 'certainly a copy of an official room',
};

/**
 * The case notice: who, whom it imitates, why, what was done, how to undo it. Pure.
 * The subject's full id stands there verbatim, to be copied; beside it, when they differ, the same with its disguise
 * visible.
 * @param identities those protected now; what of a disguise is told is told beside their names
 */
export function caseNotice(view: CaseView, identities: readonly ProtectedIdentityConfig[]): Block[] {
  const { case: record, strongest, reports } = view;
  const blocks: Block[] = [{ heading: title(view) }, { line: who(record, strongest) }];
  if (record.protected !== null) blocks.push({ line: ['Imitates: ', { code: record.protected }] });
  if (strongest !== undefined) {
    blocks.push({ line: ['Why: ', reasonsOf(strongest).join(' ')] });
    const disguise = disguiseLine(explainVerdict(strongest.sighting, strongest.verdict, identities));
    if (disguise !== undefined) blocks.push({ line: disguise });
    const seen = whereSeen(strongest);
    if (seen !== undefined) blocks.push({ line: seen });
  }
  blocks.push(...protectionLines(view.offences, record.id));
  const shown = reports.slice(-REPORTS_SHOWN);
  for (const report of shown) blocks.push({ line: reportLine(report) });
  if (record.reports > shown.length) blocks.push({ line: [`… and ${record.reports - shown.length} earlier reports.`] });
  blocks.push({ line: ['Done: ', doneSentence(view.done)] });
  blocks.push({ line: nextSentence(view) });
  return blocks;
}

function title(view: CaseView): string {
  const { case: record, reports } = view;
  const state = record.state === 'dismissed' ? ' (dismissed)' : '';
  const again = record.round > 1 ? ', open again' : '';
  const harm =
    record.verdict === null
      ? reports.map(({ reason }) => harmIn(reason)).find((found) => found !== undefined)
      : undefined;
  const kind = harm === undefined ? '' : `, ${HARMS[harm] ?? harm}`;
  const protections = [...new Set(view.offences.map(({ protection }) => protection))].join(', ');
  const what = record.verdict === null && record.reports === 0 && protections !== '' ? protections : whatOf(record);
  return `Case ${record.id}${again}: ${what}${kind}${state}`;
}

/** What a case is about, in a few words. */
export function whatOf({ verdict, subjectKind }: Pick<CaseRecord, 'verdict' | 'subjectKind'>): string {
  if (verdict === null) return `reported ${subjectKind}`;
  return (subjectKind === 'room' ? ROOM_LEVEL_WORDS : LEVEL_WORDS)[verdict] ?? verdict;
}

function who({ subject, subjectKind }: CaseView['case'], finding: VerdictFinding | undefined): Inline[] {
  const isRoom = subjectKind === 'room';
  const line: Inline[] = [isRoom ? 'Room: ' : 'Who: ', ...idWithDisguise(subject)];
  const name = finding?.sighting.displayName;
  if (name != null && name !== '') line.push(isRoom ? ', name ' : ', display name ', { code: visible(name) });
  return line;
}

/** The weightiest reasons in words, at most three. */
export function reasonsOf(finding: VerdictFinding): string[] {
  const sentences = [...finding.verdict.evidence]
    .sort((a, b) => b.weight - a.weight)
    .map((evidence) => evidence.sentence);
  return [...new Set(sentences)].slice(0, REASONS_SHOWN);
}

const SOURCE_WORDS: Record<VerdictFinding['where']['source'], string> = {
  member: 'joined a room',
  rename: 'changed its profile',
  invite: 'invited one of our users',
  account: 'is an account of this server',
  room_members: 'is in a room that one of our users joined',
  room: 'bears this name, alias or topic',
  report: 'was reported by a user',
  message: 'wrote a message under this name',
  naming: 'gave a room or an invited person this name',
};

function whereSeen(finding: VerdictFinding): Inline[] | undefined {
  const { where } = finding;
  const when = isoTime(where.at)?.replace(/\.\d+Z$/, 'Z') ?? 'time unknown';
  const line: Inline[] = [`Seen: ${SOURCE_WORDS[where.source]}, ${when}`];
  if (where.roomAlias !== undefined) line.push(', alias ', { code: visible(where.roomAlias) });
  if (where.roomName !== undefined && where.source !== 'room') line.push(', room ', { code: visible(where.roomName) });
  if (where.roomId !== undefined && where.eventId !== undefined)
    line.push(', ', { link: eventPermalink(where.roomId, where.eventId), text: 'event' });
  return line;
}

export function reportLine(report: ReportFinding): Inline[] {
  const line: Inline[] = [
    'Reported by ',
    { code: report.reporter },
    ': ',
    report.reason === '' ? '(no reason given)' : visible(report.reason),
  ];
  const harm = harmIn(report.reason);
  if (harm !== undefined) line.push(` – harm: ${harmPhrase(harm)}`);
  if (report.outcomes !== undefined) line.push(` – ${texts.mostlyDismissed(report.outcomes)}`);
  if (report.roomId !== undefined && report.eventId !== undefined)
    line.push(' – ', { link: eventPermalink(report.roomId, report.eventId), text: 'event' });
  return line;
}

/** What each kind of action is called in the notice, by how it ended. Kinds that are not here are not shown. */
const ACTION_WORDS: Record<string, Partial<Record<ActionState, string>>> = {
  report: {
    done: 'reported to the homeserver',
    due: 'report to the homeserver on its way',
    failed: 'report to the homeserver failed',
    refused: 'no report to the homeserver',
    simulated: 'would report to the homeserver (dry run)',
  },
  mail: {
    done: 'abuse desk written to',
    due: 'mail to the abuse desk on its way',
    failed: 'mail to the abuse desk failed',
    refused: 'no mail to the abuse desk',
    simulated: 'would write to the abuse desk (dry run)',
  },
  forward_mail: {
    done: "desk of the offender's server written to",
    due: "mail to the desk of the offender's server on its way",
    failed: "mail to the desk of the offender's server failed",
    refused: "desk of the offender's server not written to",
    simulated: "would write to the desk of the offender's server (dry run)",
  },
  write_rule: {
    done: 'ban rule written',
    due: 'ban rule on its way',
    failed: 'ban rule could not be written',
    refused: 'no ban',
    simulated: 'would write a ban rule (dry run)',
  },
  redact: {
    done: 'events redacted',
    due: 'events being redacted',
    failed: 'events could not be redacted',
    refused: 'nothing redacted',
    simulated: 'would redact (dry run)',
  },
  warn: { done: 'warned', due: 'warning on its way', failed: 'warning failed', simulated: 'would warn (dry run)' },
  mute: {
    done: 'muted',
    due: 'mute on its way',
    failed: 'mute failed',
    refused: 'no mute',
    simulated: 'would mute (dry run)',
  },
  kick: {
    done: 'put out of the room',
    due: 'kick on its way',
    failed: 'kick failed',
    refused: 'no kick',
    simulated: 'would kick (dry run)',
  },
  lockdown: {
    done: 'room set to invite only',
    due: 'lockdown on its way',
    failed: 'lockdown failed',
    simulated: 'would set the room to invite only (dry run)',
  },
  lockdown_end: { done: 'room open as before' },
  ban: {
    done: 'banned',
    due: 'ban on its way',
    failed: 'ban failed',
    refused: 'no ban',
    simulated: 'would ban (dry run)',
  },
  redact_user: {
    done: 'messages redacted',
    due: 'messages being redacted',
    failed: 'messages could not be redacted',
    simulated: 'would redact messages (dry run)',
  },
  suspend: {
    done: 'account suspended',
    due: 'suspension on its way',
    failed: 'suspension failed',
    refused: 'no suspension',
    simulated: 'would suspend the account (dry run)',
  },
  deactivate: {
    done: 'account deactivated',
    due: 'deactivation on its way',
    failed: 'deactivation failed',
    refused: 'no deactivation',
    simulated: 'would deactivate the account (dry run)',
  },
  quarantine_media: {
    done: 'media quarantined',
    due: 'quarantine of media on its way',
    failed: 'quarantine of media failed',
    simulated: 'would quarantine media (dry run)',
  },
  remove_rule: {
    done: 'ban rule removed',
    due: 'removal of the ban rule on its way',
    failed: 'ban rule could not be removed',
  },
  unban: { done: 'ban lifted', due: 'unban on its way', failed: 'unban failed' },
  unsuspend: {
    done: 'account given back',
    due: 'end of the suspension on its way',
    failed: 'account could not be given back',
  },
  unquarantine_media: {
    done: 'media given back',
    due: 'end of the quarantine on its way',
    failed: 'media could not be given back',
  },
};

/** Effects that take each other back: only the later one is told. */
const OPPOSITES: Record<string, string> = {
  write_rule: 'remove_rule',
  remove_rule: 'write_rule',
  suspend: 'unsuspend',
  unsuspend: 'suspend',
  quarantine_media: 'unquarantine_media',
  unquarantine_media: 'quarantine_media',
};

/**
 * What was done, in one sentence: bans are counted, a refusal says why. What came about, or is on its way, hides what
 * came to nothing before it, and what takes an effect back hides it.
 */
export function doneSentence(summaries: readonly ActionSummary[]): string {
  const lastOf = (kind: string | undefined, states: readonly ActionState[]): number =>
    Math.max(0, ...summaries.filter((one) => one.kind === kind && states.includes(one.state)).map((one) => one.lastId));
  const parts: string[] = [];
  for (const [kind, words] of Object.entries(ACTION_WORDS)) {
    for (const [state, phrase] of Object.entries(words)) {
      const found = summaries.find((one) => one.kind === kind && one.state === state);
      if (found === undefined || found.lastId < lastOf(OPPOSITES[kind], ['done'])) continue;
      if (state !== 'done' && state !== 'due' && found.lastId < lastOf(kind, ['done', 'due'])) continue;
      const rooms =
        kind === 'ban' || kind === 'unban' ? ` in ${found.count} ${found.count === 1 ? 'room' : 'rooms'}` : '';
      const error = state === 'refused' || state === 'failed' ? found.lastError : null;
      parts.push(`${phrase}${rooms}${error == null ? '' : ` (${visible(error)})`}`);
    }
  }
  return parts.length === 0 ? 'nothing yet.' : `${parts.join('; ')}.`;
}

/** Whether a ban of ours stands, or is on its way, as far as the case's actions tell. */
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
  if (state === 'dismissed')
    return [
      'This case is closed. It opens again when something new is seen or reported; ',
      { code: `!heimdall reopen ${id}` },
      ' opens it now.',
    ];
  const banned = isBanned(view.done);
  const undo: Inline[] = banned
    ? ['Wrong? ', { code: `!heimdall dismiss ${id}` }, ' removes the rule and lifts the bans.']
    : ['Not an impostor? ', { code: `!heimdall dismiss ${id}` }, '.'];
  const ban: Inline[] =
    banned || view.case.subjectKind !== 'user' ? [] : [' To ban: ', { code: `!heimdall ban case ${id}` }, '.'];
  return [...undo, ...ban, ' All details: ', { code: `!heimdall case ${id}` }, '.'];
}
