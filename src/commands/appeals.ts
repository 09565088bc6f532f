import type { Inline } from '../matrix/message.js';
import { decidersOf } from '../statements/appeals.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { Invocation, Services } from './types.js';
import { caseTexts } from './texts/cases.js';

/**
 * Why this moderator should not decide a case: its subject complains about a decision by the same moderator, and
 * somebody else can decide. Undefined: no reason.
 */
export async function leftToOthers(
  services: Services,
  record: CaseRecord,
  { sender }: Pick<Invocation, 'sender'>,
): Promise<Inline[] | undefined> {
  if (record.state !== 'appealed') return undefined;
  const deciders = decidersOf(await services.ledger.auditOf(record.id));
  if (!deciders.has(sender)) return undefined;
  const { moderators, botUserId } = services.facts();
  if (![...moderators].some((userId) => userId !== botUserId && !deciders.has(userId))) return undefined;
  return [caseTexts.ownAppeal(record.id)];
}
