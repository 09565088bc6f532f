import { banPayload, writeRulePayload } from '../enforcement/payloads.js';
import type { Inline } from '../matrix/message.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import { effectOf, listTitle } from './answers.js';
import type { Services } from './types.js';
import { caseTexts } from './texts/cases.js';

/**
 * Undoes what Heimdall did for the case. Usually that means removing its rule: the planner lifts the bans that no other
 * rule wants when the removal comes back. Only a ban made without a rule is lifted directly.
 */
export async function undoOf(services: Services, record: CaseRecord, cause: string): Promise<NewAction[]> {
  const actions = await services.ledger.actionsOf(record.id);
  if (record.subjectKind !== 'user') return membersUnruled(record, actions, cause);
  // A running or cancelled one may have succeeded, so the removal follows in the same lane.
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
    key: `unrule:${cause}:${record.id}:${listRoomId}`,
    payload: { listRoomId, kind: 'user', entity: record.subject },
  }));
  return [...removals, ...unbansWithoutRule(services, record, actions)];
}

/** The accounts of a campaign, whose case is about a room: the rules that it brought upon each are removed. */
function membersUnruled(record: CaseRecord, actions: readonly ActionRecord[], cause: string): NewAction[] {
  const removals = actions.flatMap((action): [string, NewAction][] => {
    if (action.kind !== 'write_rule' || !WRITTEN.includes(action.state) || effectOf(action) === 'held') return [];
    const { listRoomId, kind, entity } = writeRulePayload.parse(action.payload);
    if (kind !== 'user') return [];
    const payload = { listRoomId, kind, entity };
    const key = `unrule:${cause}:${record.id}:${listRoomId}:${entity}`;
    return [[key, { caseId: record.id, kind: 'remove_rule', lane: 'policy_list', key, payload }]];
  });
  return [...new Map(removals).values()];
}

/** Who was banned for a case: its subject, or the accounts of a campaign. */
export function bannedFor({ subject, subjectKind }: CaseRecord, undo: readonly NewAction[]): string[] {
  if (subjectKind === 'user') return [subject];
  return undo.flatMap(({ kind, payload }) => {
    const { entity } = payload as { entity?: unknown };
    return kind === 'remove_rule' && typeof entity === 'string' && entity.startsWith('@') ? [entity] : [];
  });
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

/** If other lists want the ban too, it stays, and the answer says so. */
export function stillBanned(services: Services, record: CaseRecord, undo: readonly NewAction[]): Inline[] {
  const own = new Set(undo.map(({ payload }) => (payload as { listRoomId?: string }).listRoomId));
  const others = services.lists.policy
    .rulesMatching('user', record.subject)
    .filter((rule) => rule.action !== 'allow' && (rule.entity !== record.subject || !own.has(rule.roomId)));
  if (others.length === 0) return [];
  const lists = [...new Set(others.map((rule) => listTitle(services, rule.roomId ?? '')))];
  return [
    caseTexts.staysBanned,
    ...lists.flatMap((list, index): Inline[] => [index === 0 ? '' : ', ', { code: list }]),
    lists.length === 1 ? caseTexts.wantsIt : caseTexts.wantIt,
  ];
}
