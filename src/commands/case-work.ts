import { noticeEdit } from '../cases/decide.js';
import { stateAfter } from '../cases/states.js';
import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import type { CaseRecord, CaseState } from '../store/records/cases.js';
import { targets, written } from './args/index.js';
import { oneCase } from './args/cases.js';
import { usageError } from './args/reading.js';
import { type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { caseTexts } from './texts/cases.js';

export async function setState(
  services: Services,
  invocation: Invocation,
  record: CaseRecord,
  state: CaseState,
  what: string,
  data: unknown = {},
  uncover = false,
): Promise<void> {
  const at = services.clock();
  await services.ledger.commit(async (tx) => {
    if (uncover) await tx.uncoverCase(record.id);
    await tx.setCaseState(record.id, state, at);
    await tx.audit({ at, actor: invocation.sender, what, caseId: record.id, data });
  });
  await services.commit([noticeEdit(record.id)]);
}

const claim = command({
  name: 'claim',
  aliases: ['case claim'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Assigns a case to you.',
  args: { case: oneCase() },
  options: {},
  examples: ['claim 12'],
  run: (services, { args, invocation }) => assignTo(services, invocation, args.case, invocation.sender),
});

const assign = command({
  name: 'assign',
  aliases: ['case assign'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Assigns a case to a member of the management room.',
  args: { case: oneCase(), who: targets('USER', { kinds: ['user'], single: true }) },
  options: {},
  examples: ['assign 12 @moderator:example.org'],
  async run(services, { args, invocation }) {
    const userId = args.who.targets[0]?.entity ?? '';
    if (!services.facts().moderators.has(userId))
      throw usageError(caseTexts.notModerator(visible(userId)), caseTexts.notModeratorRemedy);
    return assignTo(services, invocation, args.case, userId);
  },
});

async function assignTo(
  services: Services,
  invocation: Invocation,
  record: CaseRecord,
  userId: string,
): Promise<Block[]> {
  const state = record.state === 'open' ? 'triaged' : record.state;
  await setState(services, invocation, record, state, 'case.assigned', {
    to: userId,
    note: caseTexts.assignedTo(userId),
  });
  return [{ line: caseTexts.assigned(record.id, userId) }];
}

const note = command({
  name: 'note',
  aliases: ['case note'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Adds a note to the history of a case.',
  args: { case: oneCase(), text: written('TEXT') },
  options: {},
  examples: ['note 12 wrote to their admin'],
  async run(services, { args, invocation }) {
    const at = services.clock();
    await services.ledger.commit((tx) =>
      tx.audit({
        at,
        actor: invocation.sender,
        what: 'case.noted',
        caseId: args.case.id,
        data: { note: args.text.slice(0, 4000) },
      }),
    );
    return [{ line: [caseTexts.noted(args.case.id)] }];
  },
});

const merge = command({
  name: 'merge',
  aliases: ['case merge'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Closes a case as the same matter as another one; each names the other.',
  args: { case: oneCase('NUMBER'), into: oneCase('NUMBER') },
  options: {},
  examples: ['merge 12 9'],
  async run(services, { args, invocation }) {
    const { case: from, into } = args;
    if (from.id === into.id) throw usageError(caseTexts.sameCase, caseTexts.giveTwo);
    await setState(services, invocation, from, stateAfter(from.state, 'close'), 'case.merged', {
      note: caseTexts.sameMatter(into.id),
    });
    const at = services.clock();
    await services.ledger.commit((tx) =>
      tx.audit({
        at,
        actor: invocation.sender,
        what: 'case.noted',
        caseId: into.id,
        data: { note: caseTexts.isSameMatter(from.id) },
      }),
    );
    return [{ line: [caseTexts.merged(from.id, into.id)] }];
  },
});

export const caseWorkCommands: readonly Command[] = [claim, assign, note, merge];
