import { noticeEdit } from '../cases/decide.js';
import { caseNotice } from '../cases/notice.js';
import { caseView } from '../cases/view.js';
import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import type { CaseRecord, NewAction } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { unbanEverywhere } from './bans.js';
import type { Command, Services } from './types.js';

const CASES_SHOWN = 20;
/** What a dismissed case no longer does. */
const HELD_BACK = ['write_rule', 'report', 'mail'];

/** The case that an argument names: its number, or its subject's id. */
async function caseOf(services: Services, reference: string | undefined): Promise<CaseRecord> {
  if (reference === undefined) throw new HeimdallError('HEIMDALL_E_USAGE', 'Which case?', 'Give its number; !heimdall cases lists them.');
  const id = /^#?(\d{1,15})$/.exec(reference)?.[1];
  const found = id === undefined ? (await services.ledger.cases({ subject: reference, limit: 1 }))[0] : await services.ledger.caseById(Number(id));
  if (found === undefined) throw new HeimdallError('HEIMDALL_E_NO_CASE', `There is no case ${visible(reference)}.`, '!heimdall cases lists them.');
  return found;
}

const cases: Command = {
  name: 'cases',
  group: 'Cases',
  usage: 'cases [all]',
  summary: 'Lists the open cases, newest first.',
  async run(services, { args }) {
    const all = args[0] === 'all';
    const records = await services.ledger.cases({ ...(all ? {} : { states: ['open', 'triaged', 'actioned', 'appealed'] }), limit: CASES_SHOWN });
    if (records.length === 0) return [{ line: [all ? 'There are no cases.' : 'There are no open cases.'] }];
    const list = records.map((record) => [`${record.id}: `, { code: record.subject }, ` – ${record.verdict ?? 'reported'}, ${record.state}`]);
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
    const blocks: Block[] = caseNotice(view);
    if (evidence.length > 0) blocks.push({ line: ['Evidence:'] }, { list: evidence.map((item) => [`${item.sentence} (${item.field}, ${item.disguise}, ${item.weight.toFixed(1)})`]) });
    if (view.actions.length > 0) blocks.push({ line: ['Actions:'] }, { list: view.actions.filter((action) => !action.kind.startsWith('notice')).map((action) => [`${action.kind}: ${action.state}${action.lastError === null ? '' : ` – ${visible(action.lastError)}`}`]) });
    const audit = await services.ledger.auditOf(record.id);
    if (audit.length > 0) blocks.push({ line: ['History:'] }, { list: audit.map((entry) => [`${new Date(entry.at).toISOString()} ${entry.actor}: ${entry.what}`]) });
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
      await tx.audit({ at, actor: invocation.sender, what: 'case.dismissed', caseId: record.id, data: { reason: invocation.args.slice(1).join(' ') } });
    });
    await ledger.cancelActions(record.id, HELD_BACK, at);
    const undo = await undoOf(services, record, invocation.eventId);
    const ended = await services.carryOut([...undo, noticeEdit(record.id, invocation.eventId)]);
    const failed = ended.filter((action) => action.kind !== 'notice_edit' && action.state !== 'done' && action.state !== 'simulated');
    if (failed.length > 0) return [{ line: [`Case ${record.id} is dismissed, but not everything could be undone yet: ${failed.map((action) => action.kind).join(', ')}. It is tried again; `, { code: `!heimdall case ${record.id}` }, ' shows how it stands.'] }];
    return [{ line: [`Case ${record.id} is dismissed.`, undo.length > 0 ? ' Its rule is removed and its bans are lifted.' : ' There was nothing to undo.'] }];
  },
};

/** Removes the rule that Heimdall wrote for the subject, if there is one, and lifts its bans. */
async function undoOf(services: Services, record: CaseRecord, cause: string): Promise<NewAction[]> {
  const listRoomId = services.settings.get().policy_list_room;
  if (record.subjectKind !== 'user' || listRoomId === null) return [];
  const wrote = (await services.ledger.actionsOf(record.id)).some((action) => action.kind === 'write_rule' && action.state === 'done');
  if (!wrote) return [];
  return [
    { caseId: record.id, kind: 'remove_rule', lane: 'policy_list', key: `unrule:${cause}`, payload: { listRoomId, kind: 'user', entity: record.subject } },
    ...unbanEverywhere(services, record.subject, record.id, { onlyOurs: true }),
  ];
}

export const caseCommands: readonly Command[] = [cases, show, dismiss];
