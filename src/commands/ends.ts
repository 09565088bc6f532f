import { actionsOfKinds } from '../actions/of-kinds.js';
import { expireRulePayload, type ExpireRulePayload } from '../enforcement/payloads.js';
import type { Ledger } from '../store/types.js';

/** When rules expire: ms since the epoch, by the rule's event id. */
export async function ruleExpiries(
  ledger: Pick<Ledger, 'actionsOfKind'>,
  fits: (end: ExpireRulePayload) => boolean = () => true,
): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for await (const { payload } of actionsOfKinds(ledger, ['expire_rule'], 'due')) {
    const end = expireRulePayload.safeParse(payload);
    if (end.success && end.data.eventId !== undefined && fits(end.data)) ends.set(end.data.eventId, end.data.until);
  }
  return ends;
}
