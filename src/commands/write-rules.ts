import { interlock } from '../enforcement/interlock.js';
import type { WriteRulePayload } from '../enforcement/payloads.js';
import { visible } from '../detection/index.js';
import { isRoomAlias } from '../matrix/identifiers.js';
import type { Block, Inline } from '../matrix/message.js';
import { isGlob } from '../policy/index.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import { howToAnswer, listName, notDone, undoHint } from './answers.js';
import { timeOf } from './args/duration.js';
import type { Entity } from './args/entity.js';
import { defaultList } from './args/lists.js';
import { refuseListAsTarget } from './args/targets.js';
import { aclEffectWords, banEffectWords, blastRadius, followAcl, followBan, peopleHit, settled } from './effects.js';
import type { Answer } from './spec.js';
import { bansAtWork } from './outcome.js';
import type { Invocation, Services } from './types.js';
import { banTexts } from './texts/bans.js';
import { answerTexts } from './texts/answers.js';

type Recommendation = NonNullable<WriteRulePayload['recommendation']>;
export const ALLOW = 'org.matrix.mjolnir.allow';

/** The rules that a command writes. */
export interface Wish {
  listRoomId: string | undefined;
  targets: readonly Entity[];
  reason: string;
  recommendation: Recommendation;
  until?: number;
}

/** Patterns match several people, who are listed before anything is done. */
export async function questionOf(
  services: Services,
  invocation: Invocation,
  wish: Wish,
  skip: boolean,
  what: string,
  extra: Block[] = [],
): Promise<Answer | undefined> {
  for (const target of wish.targets) await refuseLists(services, target);
  const globs = wish.targets.filter((target) => target.isGlob);
  if (globs.length === 0) return undefined;
  for (const target of globs) {
    if (wish.recommendation === ALLOW) continue;
    const answer = interlock({ about: 'rule', kind: target.kind, entity: target.entity }, services.facts());
    if (!answer.allowed) return [{ line: [answerTexts.refused(visible(answer.reason, 400))] }];
  }
  if (skip || invocation.confirmed !== undefined) return undefined;
  const blocks = globs.flatMap((target): Block[] => [
    { line: banTexts.askPattern(what, target.kind, target.entity) },
    ...(target.kind === 'room' ? [] : blastRadius(services, peopleHit(services, target))),
  ]);
  return { ask: { blocks: [...blocks, ...extra, howToAnswer()] } };
}

async function refuseLists(services: Services, target: Entity): Promise<void> {
  if (target.kind !== 'room' || target.isGlob) return;
  const roomId = isRoomAlias(target.entity) ? await services.homeserver.resolveAlias(target.entity) : target.entity;
  refuseListAsTarget(target, services, roomId);
}

export async function write(
  services: Services,
  invocation: Invocation,
  wish: Wish,
): Promise<{ listRoomId: string; written: ActionRecord[] }> {
  const listRoomId = wish.listRoomId ?? (await defaultList(services));
  const actions = wish.targets.map((target, index): NewAction => {
    // A case's subject is literal, even if its id contains wildcards: such a rule is hashed.
    const hashed = !target.isGlob && isGlob(target.entity);
    const payload: WriteRulePayload = {
      listRoomId,
      kind: target.kind,
      entity: target.entity,
      recommendation: wish.recommendation,
      reason: wish.reason === '' ? banTexts.noReason : wish.reason,
      ...(wish.until === undefined ? {} : { until: wish.until }),
      ...(hashed ? { hashed } : {}),
    };
    return {
      caseId: target.caseId ?? null,
      kind: 'write_rule',
      lane: 'policy_list',
      key: `command:${invocation.key}:write${index === 0 ? '' : `:${index}`}`,
      payload,
    };
  });
  const decided = wish.targets.flatMap(({ caseId }) => (wish.recommendation === ALLOW ? [] : (caseId ?? [])));
  if (decided.length > 0) {
    const at = services.clock();
    const data = { reason: wish.reason };
    await services.ledger.commit(async (tx) => {
      for (const caseId of decided) await tx.audit({ at, actor: invocation.sender, what: 'case.banned', caseId, data });
    });
  }
  return { listRoomId, written: await services.runAndWait(actions) };
}

export async function writeAndAnswer(
  services: Services,
  invocation: Invocation,
  wish: Wish,
  rule: string,
  more: (target: Entity) => Inline[] = () => [],
): Promise<Block[]> {
  const followed = wish.targets.map((target) =>
    target.kind === 'user' && !target.isGlob ? followBan(services, target.entity) : undefined,
  );
  const { listRoomId, written } = await write(services, invocation, wish);
  const effects = await Promise.all(
    wish.targets.map(async (target, index): Promise<Inline[]> => {
      if (written[index]?.state !== 'done') return [];
      const follow = followed[index];
      if (follow !== undefined) return banEffectWords(services, await follow());
      return effectOfWide(services, invocation, listRoomId, target);
    }),
  );
  return answerLines(wish, written, (target, index) =>
    banTexts.written(rule, kindWords(target), target.entity, listName(services, listRoomId), [
      ...(effects[index] ?? []),
      ...more(target),
      ...endWords(wish),
      ...undoHint(target.caseId),
    ]),
  );
}

function kindWords({ kind }: Entity): Inline[] {
  return kind === 'user' ? [] : [banTexts.theKind(kind)];
}

/** The outcome of a rule for a server, a room or a pattern. */
async function effectOfWide(
  services: Services,
  invocation: Invocation,
  listRoomId: string,
  target: Entity,
): Promise<Inline[]> {
  if (target.kind === 'room') return [banTexts.roomRuleKept];
  if (target.kind === 'server') {
    const effect = await followAcl(services, target);
    const words = aclEffectWords(services, effect);
    if (effect.people === 0) return banTexts.noMembers(words);
    const whom = target.caseId === undefined ? target.entity : `case ${target.caseId}`;
    const remove: Inline[] = target.isGlob ? [] : banTexts.toRemoveThem(whom);
    return banTexts.members(words, effect.people, remove);
  }
  const { people } = peopleHit(services, target);
  await settled(services, () => peopleHit(services, target).people.size === 0);
  const left = peopleHit(services, target).people.size;
  const atWork =
    left === 0 ? undefined : await bansAtWork(services, invocation, { roomId: listRoomId, entity: target.entity });
  const open = left === 0 ? [] : [atWork === undefined ? banTexts.notYet(left) : ` ${atWork}`];
  return [banTexts.bannedPresent(people.size - left), ...open];
}

/** One line per target: what was written, or why it was not. */
export function answerLines(
  { targets: all }: Wish,
  written: readonly ActionRecord[],
  done: (target: Entity, index: number) => Inline[],
): Block[] {
  return all.map((target, index) => {
    const action = written[index];
    if (action?.state === 'done') return { line: done(target, index) };
    return { line: [...(all.length > 1 ? [{ code: target.entity }, ': '] : []), notDone(action)] };
  });
}

export function endWords({ until, recommendation }: Wish): Inline[] {
  if (until !== undefined) return [banTexts.endsAt(timeOf(until))];
  return recommendation === ALLOW ? [] : [banTexts.noEnd];
}
