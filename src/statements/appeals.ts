import { noticeEdit } from '../cases/decide.js';
import { stateAfter } from '../cases/states.js';
import { messageContent } from '../matrix/message.js';
import { message } from '../notify/actions.js';
import type { AuditEntry } from '../store/records/audit.js';
import type { Ledger } from '../store/types.js';
import { texts } from './texts.js';

/** What moderators decide about a case, as the audit has it. */
const DECISIONS: ReadonlySet<string> = new Set(['case.banned', 'case.closed']);
const APPEALED = 'case.appealed';

/** Writes a complaint down: the case is open again, and moderators hear of it in their room. */
export async function recordAppeal(
  ledger: Ledger,
  appeal: { caseId: number; words: string; at: number; managementRoom: string | undefined },
): Promise<void> {
  const { caseId, words, at, managementRoom } = appeal;
  await ledger.commit(async (tx) => {
    const record = await ledger.caseById(caseId);
    if (record === undefined) return;
    await tx.setCaseState(caseId, stateAfter(record.state, 'appeal'), at);
    await tx.audit({ at, actor: 'subject', what: APPEALED, caseId, data: { words } });
    const { appealed, appealWords } = texts.moderators;
    const told =
      managementRoom === undefined
        ? []
        : [
            message.create(
              {
                roomId: managementRoom,
                content: messageContent([{ line: [appealed(caseId)] }], { msgtype: 'm.text' }),
                thread: messageContent([{ line: [appealWords] }, { pre: words }]),
              },
              { key: `appeal:${caseId}:${at}` },
            ),
          ];
    await tx.addActions([noticeEdit(caseId), ...told]);
  });
}

/**
 * Who made the decision that an open complaint is about; nobody when a program did. Art. 20(6) wants complaints decided
 * by people; that it is somebody else is what makes them worth something.
 */
export function decidersOf(audit: readonly AuditEntry[]): Set<string> {
  const appealed = audit.findLastIndex(({ what }) => what === APPEALED);
  return new Set(
    audit.slice(0, Math.max(0, appealed)).flatMap(({ what, actor }) => (DECISIONS.has(what) ? actor : [])),
  );
}
