import { z } from 'zod';
import { change, removeRule, writeRule } from '../enforcement/actions.js';
import { accountPayload, changePayload, removeRulePayload, writeRulePayload } from '../enforcement/payloads.js';
import type { EntityKind } from '../policy/index.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import { effectOf } from './answers.js';
import { unmuteIn } from './mute.js';
import { endOf } from './protections/lockdown.js';
import type { Invocation, Services } from './types.js';
import { banTexts } from './texts/bans.js';

/** Messages to moderators and edits of notices, which need no undoing. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['message', 'reaction', 'outcome', 'notice_edit', 'expire_rule']);

/** The rules that a removal took out of a list. */
const removedRules = z.object({
  removed: z.array(
    z.object({
      recommendation: z.string(),
      reason: z.string().optional(),
      hashed: z.boolean(),
      /** the list's spelling, if it differs from the request */
      entity: z.string().optional(),
      /** when it would have expired, ms since the epoch */
      until: z.number().optional(),
    }),
  ),
});

/** The actions that undo an action; empty when nothing is left to undo, undefined when it cannot be undone. */
export async function reverseOf(
  services: Services,
  invocation: Invocation,
  action: ActionRecord,
): Promise<NewAction[] | undefined> {
  const key = `command:${invocation.key}:undo:${action.id}`;
  if (WITHOUT_EFFECT.has(action.kind)) return [];
  switch (action.kind) {
    case 'write_rule': {
      const { listRoomId, kind, entity, recommendation } = writeRulePayload.parse(action.payload);
      return [
        removeRule.create(
          { listRoomId, kind, entity, recommendations: [recommendation] },
          { key, caseId: action.caseId },
        ),
      ];
    }
    case 'mute': {
      const { roomId, userId } = action.payload as { roomId: string; userId: string };
      const ends = await unmuteIn(services, invocation, roomId, userId);
      return ends.map((end) => ({ ...end, caseId: action.caseId }));
    }
    case 'suspend': {
      if (effectOf(action) !== 'suspended') return [];
      const { userId } = accountPayload.parse(action.payload);
      return [{ kind: 'unsuspend', lane: `account:${userId}`, key, payload: { userId } }];
    }
    case 'lock': {
      if (effectOf(action) !== 'locked') return [];
      const { userId } = accountPayload.parse(action.payload);
      return [{ kind: 'unlock', lane: `account:${userId}`, key, payload: { userId } }];
    }
    case 'lockdown': {
      const end = endOf(action, key);
      return end === undefined ? [] : [end];
    }
    case 'change':
      return changeBack(action, key);
    case 'remove_rule':
      return rulesBack(services, action, key);
    default:
      return undefined;
  }
}

/** API calls of commands that have an inverse. */
function changeBack(action: ActionRecord, key: string): NewAction[] | undefined {
  const { method, path, body, userId, roomId, admin } = changePayload.parse(action.payload);
  const opposite =
    body?.locked === true && userId !== undefined
      ? { method, path, body: { locked: false } }
      : typeof body?.block === 'boolean' && path.endsWith('/block')
        ? { method, path, body: { block: !body.block } }
        : typeof body?.visibility === 'string' && path.includes('/directory/list/room/')
          ? { method, path, body: { visibility: body.visibility === 'public' ? 'private' : 'public' } }
          : undefined;
  if (opposite === undefined) return undefined;
  const lane = userId === undefined ? undefined : `account:${userId}`;
  return [
    change.create(
      { ...opposite, ...(admin === undefined ? {} : { admin }), ...(roomId === undefined ? {} : { roomId }) },
      { key, ...(lane === undefined ? {} : { lane }) },
    ),
  ];
}

/** A removed rule is written again, with its expiry. */
function rulesBack(services: Services, action: ActionRecord, key: string): NewAction[] | undefined {
  if (effectOf(action) === 'held') return [];
  const payload = removeRulePayload.safeParse(action.payload);
  const result = removedRules.safeParse(action.result);
  if (!payload.success || !result.success) return undefined;
  const { listRoomId, kind, entity } = payload.data;
  if (stands(services, listRoomId, kind, entity)) return [];
  return result.data.removed.flatMap((rule, index) => {
    const { until } = rule;
    if (until !== undefined && until <= services.clock()) return [];
    const recommendation = writeRulePayload.shape.recommendation.safeParse(rule.recommendation);
    if (!recommendation.success) return [];
    return [
      writeRule.create(
        {
          listRoomId,
          kind,
          entity: rule.entity ?? entity,
          recommendation: recommendation.data,
          reason: rule.reason ?? banTexts.noReason,
          // the old rule's expiry belongs to that rule: a millisecond later makes it distinct
          ...(until === undefined ? {} : { until: until + 1 }),
          ...(rule.hashed ? { hashed: true } : {}),
        },
        { key: `${key}:${index}`, caseId: action.caseId },
      ),
    ];
  });
}

/** Whether a list has a rule with exactly this entity now. */
export function stands({ lists }: Services, listRoomId: string, kind: EntityKind, entity: string): boolean {
  for (const rule of lists.policy.rules({ roomId: listRoomId }))
    if (rule.kind === kind && rule.entity === entity) return true;
  return lists.policy
    .rulesMatching(kind, entity)
    .some((rule) => rule.roomId === listRoomId && rule.entity === undefined);
}
