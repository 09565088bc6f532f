import { literal } from '../../cases/decide.js';
import { writeRule } from '../../enforcement/actions.js';
import type { Block, Inline } from '../../matrix/message.js';
import { visible } from '../../detection/index.js';
import { protectionFindingSchema } from '../../store/findings.js';
import type { CaseRecord } from '../../store/records/cases.js';
import { HeimdallError } from '../../util/errors.js';
import { effectOf, howToAnswer, notDone } from '../answers.js';
import { text, yes } from '../args/index.js';
import { oneCase } from '../args/cases.js';
import { boundPeople } from '../people.js';
import { command } from '../spec.js';
import type { Services } from '../types.js';
import { TEXTS } from './texts.js';

const SHOWN = 20;

export const campaignBan = command({
  name: 'campaign ban',
  aliases: ['ban campaign'],
  group: 'Protections',
  role: 'moderator',
  summary: TEXTS.campaignSummary,
  args: { about: oneCase('case NUMBER'), reason: text() },
  options: { yes },
  examples: ['campaign ban case 12'],
  async run(services, { args, options, invocation }) {
    const record = args.about;
    const allowed = boundPeople(invocation);
    // only the accounts that were confirmed, and none that joined the campaign since
    const members = (await membersOf(services, record)).filter((id) => allowed === undefined || allowed.has(id));
    if (members.length === 0) throw new HeimdallError('HEIMDALL_E_USAGE', TEXTS.noCampaign, TEXTS.nothingDone);
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          bound: members,
          blocks: [
            { line: [TEXTS.banCampaign(members.length, record.id)] },
            { list: members.slice(0, SHOWN).map((id): Inline[] => [{ code: visible(id) }]) },
            ...(members.length > SHOWN ? [{ line: [TEXTS.moreHits(members.length - SHOWN)] }] : []),
            howToAnswer(),
          ],
        },
      };
    const reason = args.reason === '' ? TEXTS.campaignReason(record.id) : args.reason;
    const listRoomId = await services.ownList();
    const ended = await services.runAndWait(
      members.map((entity) =>
        writeRule.create(
          { listRoomId, kind: 'user', entity, recommendation: 'm.ban', reason, ...literal(entity) },
          { key: `command:${invocation.key}:rule:${entity}`, caseId: record.id },
        ),
      ),
    );
    const done = ended.filter((action) => action.state === 'done');
    const held = done.filter((action) => effectOf(action) === 'held').length;
    const bad = ended.filter((action) => action.state !== 'done');
    return [
      {
        line: [
          TEXTS.campaignBanned({ rules: done.length - held, held, id: record.id }),
          ...(bad[0] === undefined ? [] : [` ${TEXTS.notBanned(bad.length)} ${notDone(bad[0])}`]),
        ],
      },
    ] satisfies Block[];
  },
});

/** The accounts in a case's campaign, from its newest finding. */
async function membersOf({ ledger }: Services, { id }: CaseRecord): Promise<string[]> {
  const [offence] = await ledger.newestFindings(id, 'protection', 1);
  return protectionFindingSchema.safeParse(offence?.data).data?.members ?? [];
}
