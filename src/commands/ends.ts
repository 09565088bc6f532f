import { expireRulePayload, type ExpireRulePayload } from '../enforcement/payloads.js';
import type { Ledger } from '../store/types.js';

const PAGE = 500;

/** When rules expire: ms since the epoch, by the rule's event id. */
export async function ruleExpiries(
  ledger: Pick<Ledger, 'actionsOfKind'>,
  fits: (end: ExpireRulePayload) => boolean = () => true,
): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (let afterId = 0; ;) {
    const page = await ledger.actionsOfKind(['expire_rule'], 'due', { afterId, limit: PAGE });
    for (const { payload } of page) {
      const end = expireRulePayload.safeParse(payload);
      if (end.success && end.data.eventId !== undefined && fits(end.data)) ends.set(end.data.eventId, end.data.until);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return ends;
    afterId = last.id;
  }
}
