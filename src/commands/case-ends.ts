import { noticeEdit } from '../cases/decide.js';
import { stateAfter } from '../cases/states.js';
import type { Block, Inline } from '../matrix/message.js';
import type { CaseRecord } from '../store/records/cases.js';
import { effectOf, howToAnswer } from './answers.js';
import { leftToOthers } from './appeals.js';
import { text, yes } from './args/index.js';
import { type NamedCases, cases as someCases } from './args/cases.js';
import { type Reading, usageError } from './args/reading.js';
import { isEntityKind } from './args/targets.js';
import { type Arg, type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { OPEN } from './cases.js';
import { stillBanned, undoOf } from './case-undo.js';
import { setState } from './case-work.js';
import { caseTexts } from './texts/cases.js';

/** Kinds of actions that a dismissal cancels. */
const HELD_BACK = ['write_rule', 'report', 'mail', 'redact_user', 'suspend', 'lock', 'deactivate', 'quarantine_media'];

const dismiss = command({
  name: 'dismiss',
  aliases: ['case dismiss'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Closes cases as harmless: their rules are removed and their bans are lifted. Takes numbers and ranges.',
  args: { cases: someCases('NUMBER…'), reason: text() },
  options: { yes },
  examples: ['dismiss 12', 'dismiss 9-20 harmless', 'dismiss 9 10 11'],
  async run(services, { args, options, invocation }) {
    const records = args.cases.cases.filter(({ state }) => args.cases.cases.length === 1 || state !== 'dismissed');
    if (records.length > ASK_FROM && options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [{ line: [caseTexts.askDismiss(records.length)] }, howToAnswer()],
        },
      };
    if (records.length === 1 && records[0] !== undefined)
      return dismissOne(services, invocation, records[0], args.reason);
    const lines: Inline[][] = [];
    for (const record of records)
      lines.push(
        ...(await dismissOne(services, invocation, record, args.reason)).flatMap((block) =>
          'line' in block ? [block.line] : [],
        ),
      );
    return [
      {
        line: [caseTexts.dismissedMany(records.length, args.cases.missing)],
      },
      { list: lines },
    ];
  },
});

/** With more cases than this at once, a confirmation is required. */
const ASK_FROM = 10;

async function dismissOne(
  services: Services,
  invocation: Invocation,
  record: CaseRecord,
  reason: string,
): Promise<Block[]> {
  const { ledger } = services;
  const refused = await leftToOthers(services, record, invocation);
  if (refused !== undefined) return [{ line: refused }];
  const at = services.clock();
  await ledger.commit(async (tx) => {
    await tx.setCaseState(record.id, 'dismissed', at);
    await tx.audit({ at, actor: invocation.sender, what: 'case.dismissed', caseId: record.id, data: { reason } });
  });
  await ledger.cancelActions(record.id, HELD_BACK, at);
  const undo = await undoOf(services, record, invocation.key);
  const ended = await services.runAndWait([...undo, noticeEdit(record.id)]);
  const failed = ended.filter(
    (action) => action.kind !== 'notice_edit' && action.state !== 'done' && action.state !== 'simulated',
  );
  if (failed.length > 0)
    return [
      {
        line: caseTexts.dismissedPartly(
          record.id,
          failed.map((action) => action.kind),
        ),
      },
    ];
  return [
    {
      line: [
        caseTexts.dismissed(record.id),
        ended.some((action) => ['removed', 'unbanned'].includes(effectOf(action)))
          ? caseTexts.ruleRemoved
          : caseTexts.nothingToUndo,
        ...stillBanned(services, record, undo),
        caseTexts.takeBack,
        { code: `!heimdall reopen ${record.id}` },
        '.',
      ],
    },
  ];
}

const close = command({
  name: 'close',
  aliases: ['case close'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Closes cases that are dealt with; what was done stays. `all banned` closes those with a ban in force.',
  args: { cases: casesOrAllBanned() },
  options: {},
  examples: ['close 12', 'close 9-20', 'close all banned'],
  async run(services, { args, invocation }) {
    const { cases: records, missing } = args.cases;
    const asked = records.filter(({ state }) => OPEN.includes(state) || records.length === 1);
    const open: CaseRecord[] = [];
    const left: Block[] = [];
    for (const record of asked) {
      const refused = await leftToOthers(services, record, invocation);
      if (refused !== undefined) {
        left.push({ line: refused });
        continue;
      }
      await setState(services, invocation, record, stateAfter(record.state, 'close'), 'case.closed');
      open.push(record);
    }
    const numbers = open.map(({ id }) => id);
    if (open.length === 0 && left.length > 0) return left;
    return [
      ...left,
      {
        line: [
          open.length === 0
            ? caseTexts.nothingToClose
            : open.length === 1
              ? caseTexts.closed(numbers[0] ?? '')
              : caseTexts.closedMany(open.length, ranges(numbers)),
          missing > 0 ? caseTexts.missing(missing) : '',
        ],
      },
    ];
  },
});

function casesOrAllBanned(): Arg<NamedCases> {
  const several = someCases('NUMBER…|all banned');
  return {
    ...several,
    async read(reading: Reading) {
      const [first, second] = [reading.peek(), reading.peek(1)];
      if (first?.text.toLowerCase() !== 'all') return several.read(reading);
      if (!/^(?:banned|gebannt)[.!]?$/i.test(second?.text ?? ''))
        throw usageError(caseTexts.allOfWhich, caseTexts.closeAllUsage);
      reading.take(2);
      const { services } = reading;
      const open = await services.ledger.cases({ states: OPEN, limit: 10_000 });
      return { cases: open.filter((record) => isBanned(services, record)), missing: 0 };
    },
  };
}

/** Whether a rule against the subject of a case is in force. */
function isBanned({ lists }: Services, { subject, subjectKind }: CaseRecord): boolean {
  if (!isEntityKind(subjectKind)) return false;
  const action = lists.policy.match(subjectKind, subject)?.action;
  return action === 'ban' || action === 'takedown';
}

/** Numbers in compact form: `1-3, 7`. */
function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let at = 0; at < sorted.length;) {
    let end = at;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    parts.push(end === at ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`);
    at = end + 1;
  }
  return parts.join(', ');
}

const reopen = command({
  name: 'reopen',
  aliases: ['case reopen'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Reopens cases that were dismissed or closed.',
  args: { cases: someCases('NUMBER…'), reason: text() },
  options: {},
  examples: ['reopen 12'],
  async run(services, { args, invocation }) {
    const lines: Inline[][] = [];
    for (const record of args.cases.cases) {
      if (record.state === 'open' && record.dismissedVerdict === null) {
        lines.push([caseTexts.isOpen(record.id)]);
        continue;
      }
      const state = stateAfter(record.state, 'reopen');
      await setState(services, invocation, record, state, 'case.reopened', { reason: args.reason }, true);
      lines.push(caseTexts.reopened(record.id, record.state));
    }
    return lines.length === 1 && lines[0] !== undefined ? [{ line: lines[0] }] : [{ list: lines }];
  },
});

export const caseEndCommands: readonly Command[] = [dismiss, close, reopen];
