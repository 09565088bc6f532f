import { writeRule } from '../enforcement/actions.js';
import { interlock } from '../enforcement/interlock.js';
import { literal } from '../cases/decide.js';
import type { Block, Inline } from '../matrix/message.js';
import { countWords } from '../notify/levels.js';
import { caseLine } from '../notify/raids.js';
import type { NewAction } from '../store/records/actions.js';
import type { CaseRecord, RaidRecord } from '../store/records/cases.js';
import { howToAnswer, leftOutReasons, listName, notDone, undoHint } from './answers.js';
import { number, text, yes } from './args/index.js';
import { defaultList } from './args/lists.js';
import { usageError } from './args/reading.js';
import { INSIDE, settled } from './effects.js';
import { workThrough } from './outcome.js';
import { boundPeople } from './people.js';
import { outcomeTexts } from './texts/outcome.js';
import { command, type Answer, type Command } from './spec.js';
import { RAID_TEXTS } from './texts/raids.js';
import type { Invocation, Services } from './types.js';
import { banTexts } from './texts/bans.js';

/** Maximum number of accounts in an answer; a larger raid belongs in the abuse desk's mail, not in a chat. */
const MOST_LISTED = 1_000;
/** How many of the worst a question names; `cases raid` lists them all. */
const ASKED_ABOUT = 20;
/** More cases than a raid produces in a minute. */
const MOST_BANNED = 20_000;

async function raidOf({ ledger }: Services, id: number | undefined): Promise<RaidRecord> {
  const raid = id === undefined ? undefined : await ledger.raid(id);
  if (raid === undefined) throw usageError(...RAID_TEXTS.which);
  return raid;
}

const raid = command({
  name: 'cases raid',
  group: 'Cases',
  role: 'viewer',
  summary: 'Lists the cases that one digest reported together, worst first.',
  args: { raid: number('NUMBER', { max: 1_000_000_000 }) },
  options: {},
  examples: ['cases raid 1'],
  async run(services, { args }) {
    const { id, cases: count } = await raidOf(services, args.raid);
    const cases = await services.ledger.casesOfRaid(id, { limit: MOST_LISTED + 1 });
    const shown = cases.slice(0, MOST_LISTED);
    return [
      { heading: RAID_TEXTS.heading(id, count) },
      { line: [`${countWords(shown)}.`] },
      { list: shown.map(caseLine) },
      ...(cases.length > MOST_LISTED ? [{ line: [RAID_TEXTS.moreThan(MOST_LISTED)] }] : []),
      { line: RAID_TEXTS.banAll(id) },
    ];
  },
});

/** Whom of a raid a ban would affect, and why not the others. */
interface RaidPeople {
  toBan: CaseRecord[];
  banned: number;
  dismissed: number;
  noAccount: number;
  /** accounts with only reports against them: a flood of reports must not decide who is banned */
  reported: number;
  /** exempt people, with the reason */
  staying: Map<string, string>;
}

async function peopleOf(services: Services, { id }: RaidRecord): Promise<RaidPeople> {
  const found: RaidPeople = { toBan: [], banned: 0, dismissed: 0, noAccount: 0, reported: 0, staying: new Map() };
  const facts = services.facts();
  for (const record of await services.ledger.casesOfRaid(id, { limit: MOST_BANNED })) {
    if (record.state === 'dismissed') found.dismissed += 1;
    else if (record.subjectKind !== 'user') found.noAccount += 1;
    else if (record.verdict === null) found.reported += 1;
    else {
      const answer = interlock({ about: 'user', userId: record.subject }, facts);
      const decision = services.lists.policy.match('user', record.subject);
      if (!answer.allowed) found.staying.set(record.subject, answer.reason);
      else if (decision !== null && decision.action !== 'allow') found.banned += 1;
      else found.toBan.push(record);
    }
  }
  return found;
}

function roomsWith(services: Services, userId: string): boolean {
  for (const { members } of services.protectedRooms.all())
    if (INSIDE.includes(members.get(userId)?.membership ?? '')) return true;
  return false;
}

/** Who would be banned and who would not, for the question. */
function preview(services: Services, { toBan, banned, dismissed, noAccount, reported, staying }: RaidPeople): Block[] {
  const here = toBan.filter(({ subject }) => roomsWith(services, subject)).length;
  const others: Inline[] = [
    ...(banned > 0 ? [` ${RAID_TEXTS.banned(banned)}`] : []),
    ...(dismissed > 0 ? [` ${RAID_TEXTS.dismissed(dismissed)}`] : []),
    ...(reported > 0 ? [` ${RAID_TEXTS.reported(reported)}`] : []),
    ...(noAccount > 0 ? [` ${RAID_TEXTS.noAccount(noAccount)}`] : []),
  ];
  return [
    ...(toBan.length === 0 ? [] : [{ line: [RAID_TEXTS.levels(countWords(toBan), here)] }]),
    ...(toBan.length === 0 ? [] : [{ list: toBan.slice(0, ASKED_ABOUT).map(caseLine) }]),
    ...(toBan.length > ASKED_ABOUT ? [{ line: [RAID_TEXTS.more(toBan.length - ASKED_ABOUT)] }] : []),
    ...(others.length === 0 ? [] : [{ line: others }]),
    ...(staying.size === 0
      ? []
      : [
          {
            line: [RAID_TEXTS.leftOut(staying.size), ...leftOutReasons(staying.values())],
          },
        ]),
  ];
}

const banRaid = command({
  name: 'ban raid',
  aliases: ['cases raid ban', 'raid ban'],
  group: 'Bans',
  role: 'moderator',
  summary: 'Writes ban rules for all accounts of a raid that are not banned yet; shows them first, and asks.',
  args: { raid: number('NUMBER', { max: 1_000_000_000 }), reason: text() },
  options: { yes },
  examples: ['ban raid 3', 'ban raid 3 spam'],
  async run(services, { args, options, invocation }) {
    const raid = await raidOf(services, args.raid);
    const people = await peopleOf(services, raid);
    if (people.toBan.length === 0) return [{ line: [RAID_TEXTS.nobody(raid.id)] }, ...preview(services, people)];
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            { line: [RAID_TEXTS.ask(people.toBan.length, raid.id)] },
            ...preview(services, people),
            howToAnswer(),
          ],
          bound: people.toBan.map(({ subject }) => subject),
        },
      };
    const allowed = boundPeople(invocation);
    const meant = people.toBan.filter(({ subject }) => allowed?.has(subject) !== false);
    return banAll(services, invocation, meant, args.reason);
  },
});

async function banAll(
  services: Services,
  invocation: Invocation,
  meant: readonly CaseRecord[],
  reason: string,
): Promise<Answer> {
  const listRoomId = await defaultList(services);
  const here = meant.filter(({ subject }) => roomsWith(services, subject)).map(({ subject }) => subject);
  const actions = meant.map(({ id, subject }): NewAction =>
    writeRule.create(
      {
        listRoomId,
        kind: 'user',
        entity: subject,
        reason: reason === '' ? banTexts.noReason : reason,
        ...literal(subject),
      },
      { key: `command:${invocation.key}:write:${id}`, caseId: id },
    ),
  );
  const { ended, atWork } = await workThrough(services, invocation, outcomeTexts.rules, actions);
  if (atWork !== undefined) return [{ line: [atWork] }];
  const done = ended.filter(({ state }) => state === 'done').length;
  const bad = ended.find(({ state }) => state !== 'done');
  const left = (): number => here.filter((userId) => roomsWith(services, userId)).length;
  await settled(services, () => done < actions.length || left() === 0);
  return [
    {
      line: [
        RAID_TEXTS.done(done, actions.length),
        listName(services, listRoomId),
        '.',
        ...(here.length === 0 ? [] : [RAID_TEXTS.effect(here.length - left(), left())]),
        bad === undefined ? '' : ` ${notDone(bad)}`,
        ...undoHint(),
      ],
    },
  ];
}

export const raidCommands: readonly Command[] = [raid, banRaid];
