import { noticeEdit } from '../cases/decide.js';
import { stateAfter } from '../cases/states.js';
import { disguiseBlocks, explainVerdict } from '../notify/disguise.js';
import { caseNotice } from '../notify/notice.js';
import { caseView } from '../cases/view.js';
import { visible } from '../detection/index.js';
import { banPayload, writeRulePayload } from '../enforcement/payloads.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ActionRecord, CaseRecord, NewAction } from '../store/types.js';
import { characterNames } from '../util/character-names.js';
import { HeimdallError } from '../util/errors.js';
import { effectOf } from './answers.js';
import { timeOf } from './duration.js';
import { ruleExpiries } from './ends.js';
import { casesOfRaid } from './raids.js';
import type { Command, Services } from './types.js';

const CASES_SHOWN = 20;
/** What a dismissed case no longer does. */
const HELD_BACK = ['write_rule', 'report', 'mail', 'redact_user', 'suspend', 'deactivate', 'quarantine_media'];

/** The case that an argument names: its number, or its subject's id. */
async function caseOf(services: Services, reference: string | undefined): Promise<CaseRecord> {
  if (reference === undefined)
    throw new HeimdallError('HEIMDALL_E_USAGE', 'Which case?', 'Give its number; !heimdall cases lists them.');
  const id = /^#?(\d{1,15})$/.exec(reference)?.[1];
  const found =
    id === undefined
      ? (await services.ledger.cases({ subject: reference, limit: 1 }))[0]
      : await services.ledger.caseById(Number(id));
  if (found === undefined)
    throw new HeimdallError(
      'HEIMDALL_E_NO_CASE',
      `There is no case ${visible(reference)}.`,
      '!heimdall cases lists them.',
    );
  return found;
}

const cases: Command = {
  name: 'cases',
  group: 'Cases',
  usage: 'cases [all] | cases raid NUMBER',
  summary: 'Lists the open cases, newest first.',
  async run(services, { args }) {
    if (args[0] === 'raid') return casesOfRaid(services, args[1]);
    const all = args[0] === 'all';
    const records = await services.ledger.cases({
      ...(all ? {} : { states: ['open', 'triaged', 'actioned', 'appealed'] }),
      limit: CASES_SHOWN,
    });
    if (records.length === 0) return [{ line: [all ? 'There are no cases.' : 'There are no open cases.'] }];
    const list = records.map((record) => [
      `${record.id}: `,
      { code: record.subject },
      ` – ${record.verdict ?? 'reported'}, ${record.state}`,
    ]);
    return [{ list }, { line: ['Details: ', { code: '!heimdall case NUMBER' }] }];
  },
};

const show: Command = {
  name: 'case',
  group: 'Cases',
  usage: 'case NUMBER',
  summary: 'Shows a case: who, why, what was done.',
  async run(services, { args }) {
    const record = await caseOf(services, args[0]);
    const view = await caseView(services.ledger, record.id);
    if (view === undefined) return [];
    const evidence = view.strongest?.verdict.evidence ?? [];
    const identities = services.config.protected_identities;
    const blocks: Block[] = caseNotice(view, identities);
    if (evidence.length > 0)
      blocks.push(
        { line: ['Evidence:'] },
        {
          list: evidence.map((item) => [
            `${item.sentence} (${item.field}, ${item.disguise}, ${item.weight.toFixed(1)})`,
          ]),
        },
      );
    if (view.strongest !== undefined)
      blocks.push(
        ...disguiseBlocks(
          explainVerdict(view.strongest.sighting, view.strongest.verdict, identities, await characterNames()),
        ),
      );
    if (view.actions.length > 0)
      blocks.push(
        { line: ['Actions:'] },
        {
          list: view.actions
            .filter((action) => !action.kind.startsWith('notice'))
            .map((action) => [
              `${action.kind}: ${action.state}${action.lastError === null ? '' : ` – ${visible(action.lastError)}`}`,
            ]),
        },
      );
    const ends = await ruleExpiries(services.ledger, (end) => end.entity === record.subject);
    for (const end of ends.values()) blocks.push({ line: [`A ban rule for it ends by itself: ${timeOf(end)}.`] });
    const audit = await services.ledger.auditOf(record.id);
    if (audit.length > 0)
      blocks.push(
        { line: ['History:'] },
        { list: audit.map((entry) => [`${new Date(entry.at).toISOString()} ${entry.actor}: ${entry.what}`]) },
      );
    return blocks;
  },
};

const dismiss: Command = {
  name: 'dismiss',
  group: 'Cases',
  usage: 'dismiss NUMBER [REASON]',
  summary: 'Closes a case as harmless: its rule is removed and its bans are lifted.',
  async run(services, invocation) {
    const record = await caseOf(services, invocation.args[0]);
    const { ledger } = services;
    const at = services.clock();
    await ledger.commit(async (tx) => {
      await tx.setCaseState(record.id, 'dismissed', at);
      await tx.audit({
        at,
        actor: invocation.sender,
        what: 'case.dismissed',
        caseId: record.id,
        data: { reason: invocation.args.slice(1).join(' ') },
      });
    });
    await ledger.cancelActions(record.id, HELD_BACK, at);
    const undo = await undoOf(services, record, invocation.eventId);
    const ended = await services.runAndWait([...undo, noticeEdit(record.id)]);
    const failed = ended.filter(
      (action) => action.kind !== 'notice_edit' && action.state !== 'done' && action.state !== 'simulated',
    );
    if (failed.length > 0)
      return [
        {
          line: [
            `Case ${record.id} is dismissed, but not everything could be undone yet: ${failed.map((action) => action.kind).join(', ')}. It is tried again; `,
            { code: `!heimdall case ${record.id}` },
            ' shows how it stands.',
          ],
        },
      ];
    return [
      {
        line: [
          `Case ${record.id} is dismissed.`,
          ended.some((action) => ['removed', 'unbanned'].includes(effectOf(action)))
            ? ' Its rule is removed and its bans are lifted.'
            : ' There was nothing to undo.',
          ...stillBanned(services, record, undo),
        ],
      },
    ];
  },
};

/**
 * Undoes what Heimdall did for the case. Removing its rule is the one path: the bans that no other rule wants are
 * lifted by the plan when the removal comes back. Only a ban that was made without a rule is lifted directly.
 */
async function undoOf(services: Services, record: CaseRecord, cause: string): Promise<NewAction[]> {
  if (record.subjectKind !== 'user') return [];
  const actions = await services.ledger.actionsOf(record.id);
  // One that is on its way or cancelled may have got through: the removal goes out after it, in the same lane.
  const lists = new Set(
    actions.flatMap((action) =>
      action.kind === 'write_rule' && WRITTEN.includes(action.state)
        ? [writeRulePayload.parse(action.payload).listRoomId]
        : [],
    ),
  );
  const removals = [...lists].map((listRoomId): NewAction => ({
    caseId: record.id,
    kind: 'remove_rule',
    lane: 'policy_list',
    key: `unrule:${cause}:${listRoomId}`,
    payload: { listRoomId, kind: 'user', entity: record.subject },
  }));
  return [...removals, ...unbansWithoutRule(services, record, actions)];
}

const WRITTEN: readonly string[] = ['due', 'done', 'cancelled'];

function unbansWithoutRule(services: Services, record: CaseRecord, actions: readonly ActionRecord[]): NewAction[] {
  const rooms = actions.flatMap((action) => {
    const ban =
      action.kind === 'ban' && action.state === 'done' && effectOf(action) === 'banned'
        ? banPayload.parse(action.payload)
        : undefined;
    return ban !== undefined && ban.rule === undefined ? [ban.roomId] : [];
  });
  const wanted = services.lists.policy.match('user', record.subject)?.action;
  if (wanted === 'ban' || wanted === 'takedown') return [];
  return [...new Set(rooms)].flatMap((roomId): NewAction[] => {
    const member = services.protectedRooms.get(roomId)?.members.get(record.subject);
    if (member?.membership !== 'ban' || member.sender !== services.homeserver.botUserId) return [];
    return [
      {
        caseId: record.id,
        kind: 'unban',
        lane: roomId,
        key: `unban:${roomId}:${member.eventId}`,
        payload: { roomId, userId: record.subject, banEventId: member.eventId },
      },
    ];
  });
}

/** Other lists may want the ban too: then it stays, and that is said. */
function stillBanned(services: Services, record: CaseRecord, undo: readonly NewAction[]): Inline[] {
  const own = new Set(undo.map(({ payload }) => (payload as { listRoomId?: string }).listRoomId));
  const others = services.lists.policy
    .rulesMatching('user', record.subject)
    .filter((rule) => rule.action !== 'allow' && (rule.entity !== record.subject || !own.has(rule.roomId)));
  if (others.length === 0) return [];
  const lists = [...new Set(others.map((rule) => services.lists.shortcodeOf(rule.roomId ?? '') ?? rule.roomId ?? ''))];
  return [
    ' It stays banned all the same: ',
    ...lists.flatMap((list, index): Inline[] => [index === 0 ? '' : ', ', { code: list }]),
    lists.length === 1 ? ' wants it too.' : ' want it too.',
  ];
}

/** Takes a dismissal back: what it covered is seen anew, and its effects are owed at the next sighting. */
const reopen: Command = {
  name: 'reopen',
  group: 'Cases',
  usage: 'reopen NUMBER [REASON]',
  summary: 'Opens a case again: what its dismissal covered no longer counts as known.',
  async run(services, invocation) {
    const record = await caseOf(services, invocation.args[0]);
    const at = services.clock();
    if (record.state === 'open' && record.dismissedVerdict === null)
      return [{ line: [`Case ${record.id} is open already.`] }];
    await services.ledger.commit(async (tx) => {
      await tx.uncoverCase(record.id);
      await tx.setCaseState(record.id, stateAfter(record.state, 'reopen'), at);
      await tx.audit({
        at,
        actor: invocation.sender,
        what: 'case.reopened',
        caseId: record.id,
        data: { reason: invocation.args.slice(1).join(' ') },
      });
      await tx.addActions([noticeEdit(record.id)]);
    });
    return [
      {
        line: [
          `Case ${record.id} is open again. What `,
          { code: 'responses' },
          ' says is done when its subject is seen next.',
        ],
      },
    ];
  },
};

export const caseCommands: readonly Command[] = [cases, show, dismiss, reopen];
