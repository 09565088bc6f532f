import { noticeEdit } from '../cases/decide.js';
import { stateAfter } from '../cases/states.js';
import { disguiseBlocks, explainVerdict } from '../notify/disguise.js';
import { caseNotice } from '../notify/notice.js';
import { caseView } from '../cases/view.js';
import { visible } from '../detection/index.js';
import { banPayload, writeRulePayload } from '../enforcement/payloads.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ActionRecord, AuditEntry, CaseRecord, CaseState, NewAction } from '../store/types.js';
import { characterNames } from '../util/character-names.js';
import { isoTime } from '../util/times.js';
import { effectOf } from './answers.js';
import { cases as someCases, choice, number, oneCase, targets, text, yes, type NamedCases } from './args/index.js';
import { timeOf } from './args/duration.js';
import { usageError, type Reading } from './args/reading.js';
import { isEntityKind } from './args/targets.js';
import { howToAnswer } from './bans.js';
import { ruleExpiries } from './ends.js';
import { command, type Arg, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';

const CASES_SHOWN = 20;
/** What a dismissed case no longer does. */
const HELD_BACK = ['write_rule', 'report', 'mail', 'redact_user', 'suspend', 'deactivate', 'quarantine_media'];

const OPEN: readonly CaseState[] = ['open', 'triaged', 'appealed'];
const STATES: readonly CaseState[] = ['open', 'triaged', 'actioned', 'dismissed', 'appealed'];

const cases = command({
  name: 'cases',
  aliases: ['case list', 'cases list'],
  group: 'Cases',
  role: 'viewer',
  summary: 'Lists the open cases, latest change first; `all` or a state lists others, a number is the page.',
  args: {
    which: choice('[all|STATE]', ['all', 'open', 'triaged', 'actioned', 'dismissed', 'appealed']),
    page: number('[PAGE]', { max: 100_000 }),
  },
  options: {},
  examples: ['cases', 'cases all', 'cases actioned', 'cases 2'],
  async run(services, { args }) {
    const states: readonly CaseState[] = args.which === 'all' ? STATES : args.which === undefined ? OPEN : [args.which];
    const total = await services.ledger.countCases(states);
    const page = args.page ?? 1;
    const records = (await services.ledger.cases({ states, limit: page * CASES_SHOWN })).slice(
      (page - 1) * CASES_SHOWN,
    );
    if (records.length === 0)
      return [
        {
          line: [
            total > 0
              ? `There is no page ${page}.`
              : args.which === 'all'
                ? 'There are no cases.'
                : 'There are no open cases.',
          ],
        },
      ];
    const more = total - (page - 1) * CASES_SHOWN - records.length;
    const list = records.map((record): Inline[] => [
      `Case ${record.id}: `,
      { code: record.subject },
      ` – ${record.verdict ?? 'reported'}, ${record.state}`,
    ]);
    return [
      { list },
      ...(more > 0
        ? [
            {
              line: [
                `… and ${more} more: `,
                { code: `!heimdall cases${args.which === undefined ? '' : ` ${args.which}`} ${page + 1}` },
              ],
            },
          ]
        : []),
      { line: ['Details: ', { code: '!heimdall case NUMBER' }] },
    ];
  },
});

const show = command({
  name: 'case',
  aliases: ['case show'],
  group: 'Cases',
  role: 'viewer',
  summary: 'Shows a case: who, why, what was done. By its number, or by the ID of its subject.',
  args: { case: oneCase() },
  options: {},
  examples: ['case 12', 'case @spammer:evil.example'],
  run: (services, { args }) => showCase(services, args.case),
});

async function showCase(services: Services, record: CaseRecord): Promise<Block[]> {
  const view = await caseView(services.ledger, record.id);
  if (view === undefined) return [];
  const evidence = view.strongest?.verdict.evidence ?? [];
  const identities = services.config.protected_identities;
  const blocks: Block[] = caseNotice(view, identities);
  if (evidence.length > 0)
    blocks.push(
      { line: ['Evidence:'] },
      {
        list: evidence.map((item) => [`${item.sentence} (${item.field}, ${item.disguise}, ${item.weight.toFixed(1)})`]),
      },
    );
  if (view.strongest !== undefined)
    blocks.push(
      ...disguiseBlocks(
        explainVerdict(view.strongest.sighting, view.strongest.verdict, identities, await characterNames()),
      ),
    );
  if (view.actions.length > 0)
    blocks.push(
      { line: ['Actions:'] },
      {
        list: view.actions
          .filter((action) => !action.kind.startsWith('notice'))
          .map((action) => [
            `${action.kind}: ${action.state}${action.lastError === null ? '' : ` – ${visible(action.lastError)}`}`,
          ]),
      },
    );
  blocks.push(...(await standingRules(services, record)));
  const audit = await services.ledger.auditOf(record.id);
  if (audit.length > 0)
    blocks.push(
      { line: ['History:'] },
      { list: audit.map((entry) => [`${isoTime(entry.at) ?? ''} ${entry.actor}: ${entry.what}${noteOf(entry)}`]) },
    );
  return blocks;
}

function noteOf({ data }: AuditEntry): string {
  const { note, reason } = (data ?? {}) as { note?: unknown; reason?: unknown };
  const said = typeof note === 'string' && note !== '' ? note : typeof reason === 'string' ? reason : '';
  return said === '' ? '' : ` – ${visible(said, 500)}`;
}

/** The rules that are in force for the subject now, each with its end: one that was replaced has none any more. */
async function standingRules(services: Services, { subject, subjectKind }: CaseRecord): Promise<Block[]> {
  if (!isEntityKind(subjectKind)) return [];
  const rules = services.lists.policy.rulesMatching(subjectKind, subject);
  if (rules.length === 0) return [];
  const ends = await ruleExpiries(services.ledger, (end) => end.entity === subject);
  return [
    { line: ['Rules in force:'] },
    {
      list: rules.slice(0, 20).map((rule): Inline[] => {
        const end = ends.get(rule.eventId ?? '');
        return [
          `${rule.action} `,
          { code: visible(rule.entity ?? 'hashed') },
          ` in ${services.lists.shortcodeOf(rule.roomId ?? '') ?? rule.roomId ?? 'a list'}, `,
          end === undefined ? 'without an end' : `ends by itself: ${timeOf(end)}`,
        ];
      }),
    },
  ];
}

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
          blocks: [
            { line: [`Dismiss ${records.length} cases, remove their rules and lift their bans?`] },
            howToAnswer(),
          ],
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
        line: [
          `${records.length} cases dismissed${args.cases.missing > 0 ? `; ${args.cases.missing} numbers are no cases` : ''}.`,
        ],
      },
      { list: lines },
    ];
  },
});

/** So many cases at once are no slip of the finger. */
const ASK_FROM = 10;

async function dismissOne(
  services: Services,
  invocation: Invocation,
  record: CaseRecord,
  reason: string,
): Promise<Block[]> {
  const { ledger } = services;
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
        line: [
          `Case ${record.id} is dismissed, but not everything could be undone yet: ${failed.map((action) => action.kind).join(', ')}. It is tried again; `,
          { code: `!heimdall case ${record.id}` },
          ' shows how it stands.',
        ],
      },
    ];
  return [
    {
      line: [
        `Case ${record.id} is dismissed.`,
        ended.some((action) => ['removed', 'unbanned'].includes(effectOf(action)))
          ? ' Its rule is removed and its bans are lifted.'
          : ' There was nothing to undo.',
        ...stillBanned(services, record, undo),
        ' To take it back: ',
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
  summary: 'Closes cases that are dealt with; what was done stays. `all banned` closes those whose ban stands.',
  args: { cases: casesOrAllBanned() },
  options: {},
  examples: ['close 12', 'close 9-20', 'close all banned'],
  async run(services, { args, invocation }) {
    const { cases: records, missing } = args.cases;
    const open = records.filter(({ state }) => OPEN.includes(state) || records.length === 1);
    for (const record of open)
      await setState(services, invocation, record, stateAfter(record.state, 'close'), 'case.closed');
    const numbers = open.map(({ id }) => id);
    return [
      {
        line: [
          open.length === 0
            ? 'There was nothing to close.'
            : open.length === 1
              ? `Case ${numbers[0] ?? ''} is closed. What was done stays.`
              : `${open.length} cases are closed: ${ranges(numbers)}. What was done stays.`,
          missing > 0 ? ` ${missing} numbers are no cases.` : '',
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
        throw usageError('All of which cases?', 'Write: close all banned. Nothing was done.');
      reading.take(2);
      const { services } = reading;
      const open = await services.ledger.cases({ states: OPEN, limit: 10_000 });
      return { cases: open.filter((record) => isBanned(services, record)), missing: 0 };
    },
  };
}

/** Says whether a rule against the subject of a case is in force. */
function isBanned({ lists }: Services, { subject, subjectKind }: CaseRecord): boolean {
  if (!isEntityKind(subjectKind)) return false;
  const action = lists.policy.match(subjectKind, subject)?.action;
  return action === 'ban' || action === 'takedown';
}

/** Numbers as people write them: `1-3, 7`. */
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

async function setState(
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

const reopen = command({
  name: 'reopen',
  aliases: ['case reopen'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Opens cases again that were dismissed or closed.',
  args: { cases: someCases('NUMBER…'), reason: text() },
  options: {},
  examples: ['reopen 12'],
  async run(services, { args, invocation }) {
    const lines: Inline[][] = [];
    for (const record of args.cases.cases) {
      if (record.state === 'open' && record.dismissedVerdict === null) {
        lines.push([`Case ${record.id} is open already.`]);
        continue;
      }
      const state = stateAfter(record.state, 'reopen');
      await setState(services, invocation, record, state, 'case.reopened', { reason: args.reason }, true);
      lines.push([
        `Case ${record.id} is open again; was ${record.state}. What `,
        { code: 'responses' },
        ' says is done when its subject is seen next.',
      ]);
    }
    return lines.length === 1 && lines[0] !== undefined ? [{ line: lines[0] }] : [{ list: lines }];
  },
});

const claim = command({
  name: 'claim',
  aliases: ['case claim'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Says that you look after a case.',
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
  summary: 'Gives a case to somebody of the management room.',
  args: { case: oneCase(), who: targets('USER', { kinds: ['user'], single: true }) },
  options: {},
  examples: ['assign 12 @moderator:example.org'],
  async run(services, { args, invocation }) {
    const userId = args.who.targets[0]?.entity ?? '';
    if (!services.facts().moderators.has(userId))
      throw usageError(
        `${visible(userId)} is not a moderator here.`,
        'A case goes to a member of the management room. Nothing was done.',
      );
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
  await setState(services, invocation, record, state, 'case.assigned', { to: userId, note: `to ${userId}` });
  return [{ line: [`Case ${record.id} is with `, { code: userId }, ' now.'] }];
}

const note = command({
  name: 'note',
  aliases: ['case note'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Adds a note to the history of a case.',
  args: { case: oneCase(), text: text('TEXT', 'text') },
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
    return [{ line: [`Noted in Case ${args.case.id}.`] }];
  },
});

const merge = command({
  name: 'merge',
  aliases: ['case merge'],
  group: 'Cases',
  role: 'moderator',
  summary: 'Closes a case as the same matter as another one; both name each other.',
  args: { case: oneCase('NUMBER'), into: oneCase('NUMBER') },
  options: {},
  examples: ['merge 12 9'],
  async run(services, { args, invocation }) {
    const { case: from, into } = args;
    if (from.id === into.id) throw usageError('Those are one case.', 'Give two numbers. Nothing was done.');
    await setState(services, invocation, from, stateAfter(from.state, 'close'), 'case.merged', {
      note: `same matter as Case ${into.id}`,
    });
    const at = services.clock();
    await services.ledger.commit((tx) =>
      tx.audit({
        at,
        actor: invocation.sender,
        what: 'case.noted',
        caseId: into.id,
        data: { note: `Case ${from.id} is the same matter` },
      }),
    );
    return [{ line: [`Case ${from.id} is closed as the same matter as Case ${into.id}.`] }];
  },
});

/**
 * Undoes what Heimdall did for the case. Removing its rule is the one path: the bans that no other rule wants are
 * lifted by the plan when the removal comes back. Only a ban that was made without a rule is lifted directly.
 */
export async function undoOf(services: Services, record: CaseRecord, cause: string): Promise<NewAction[]> {
  if (record.subjectKind !== 'user') return [];
  const actions = await services.ledger.actionsOf(record.id);
  // One that is on its way or cancelled may have got through: the removal goes out after it, in the same lane.
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
    key: `unrule:${cause}:${listRoomId}`,
    payload: { listRoomId, kind: 'user', entity: record.subject },
  }));
  return [...removals, ...unbansWithoutRule(services, record, actions)];
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

/** Other lists may want the ban too: then it stays, and that is said. */
function stillBanned(services: Services, record: CaseRecord, undo: readonly NewAction[]): Inline[] {
  const own = new Set(undo.map(({ payload }) => (payload as { listRoomId?: string }).listRoomId));
  const others = services.lists.policy
    .rulesMatching('user', record.subject)
    .filter((rule) => rule.action !== 'allow' && (rule.entity !== record.subject || !own.has(rule.roomId)));
  if (others.length === 0) return [];
  const lists = [...new Set(others.map((rule) => services.lists.shortcodeOf(rule.roomId ?? '') ?? rule.roomId ?? ''))];
  return [
    ' It stays banned all the same: ',
    ...lists.flatMap((list, index): Inline[] => [index === 0 ? '' : ', ', { code: list }]),
    lists.length === 1 ? ' wants it too.' : ' want it too.',
  ];
}

export const caseCommands: readonly Command[] = [cases, show, dismiss, close, reopen, claim, assign, note, merge];
