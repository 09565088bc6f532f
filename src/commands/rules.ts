import { listTitle } from './answers.js';
import { INSIDE } from './effects.js';
import { listTexts } from './texts/lists.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { PolicyRule } from '../policy/types.js';
import { skipReason } from '../protected-rooms/effective-rules.js';
import { choice, list as listArg, targets, text } from './args/index.js';
import { timeOf } from './args/duration.js';
import { usageError } from './args/reading.js';
import { ruleExpiries } from './ends.js';
import { type Command, command } from './spec.js';
import type { Services } from './types.js';

const RULES_SHOWN = 200;

/** What `rules` shows: all, one list's, matching ones, malformed ones. */
const rules = command({
  name: 'rules',
  aliases: ['dump-rules', 'rules list'],
  group: 'Lists',
  role: 'viewer',
  summary: 'Shows the rules in force (of one list, or those that match something), or those that state nothing.',
  args: {
    what: choice('[matching|malformed]', ['matching', 'malformed', 'members']),
    list: listArg('[LIST]'),
    entity: text('[ENTITY]', 'entity'),
  },
  options: {},
  examples: ['rules', 'rules matching @someone:evil.example', 'rules malformed'],
  async run(services, { args }) {
    const { policy } = services.lists;
    if (args.what === 'malformed') return malformedRules(services);
    if (args.what === 'matching') return matchingRules(services, args.entity);
    if (args.entity !== '') throw usageError(listTexts.notAList(visible(args.entity)), listTexts.rulesUsage);
    const ends = await ruleExpiries(services.ledger);
    const shown: Inline[][] = [];
    let more = 0;
    for (const rule of policy.rules(args.list === undefined ? {} : { roomId: args.list })) {
      if (shown.length < RULES_SHOWN) shown.push(ruleLine(services, rule, ends));
      else more += 1;
    }
    if (shown.length === 0) return [{ line: [listTexts.noRulesInForce] }];
    return [{ list: shown }, ...(more === 0 ? [] : [{ line: [listTexts.more(more)] }])];
  },
});

function malformedRules({ lists: { policy } }: Services): Block[] {
  const malformed = policy.malformed();
  if (malformed.length === 0) return [{ line: [listTexts.noneMalformed] }];
  const lines = malformed
    .slice(0, RULES_SHOWN)
    .map((rule): Inline[] => [{ code: visible(rule.stateKey) }, ` (${rule.type}): ${rule.reason}`]);
  return [{ list: lines }];
}

async function matchingRules(services: Services, said: string): Promise<Block[]> {
  if (said === '') throw usageError(listTexts.whichOne, listTexts.matchingUsage);
  const bare = said.replace(/[,;.!?)]+$/, '');
  const kind = bare.startsWith('@') ? 'user' : /^[!#]/.test(bare) ? 'room' : 'server';
  const ends = await ruleExpiries(services.ledger);
  const [first, ...others] = services.lists.policy
    .rulesMatching(kind, bare)
    .map((rule) => ruleLine(services, rule, ends));
  if (first === undefined) return [{ line: listTexts.noMatch(bare) }];
  const blocks: Block[] = [{ line: [listTexts.decides(visible(bare))] }, { list: [first] }];
  if (others.length === 0) return blocks;
  return [...blocks, { line: [listTexts.alsoMatched] }, { list: others.slice(0, RULES_SHOWN) }];
}

function ruleLine(services: Services, rule: PolicyRule, ends: ReadonlyMap<string, number>): Inline[] {
  const end = ends.get(rule.eventId ?? '');
  const list = rule.roomId === undefined ? '' : ` – ${listTitle(services, rule.roomId)}`;
  const hits = services.protection.skipped.get(rule);
  return [
    `${rule.action} ${rule.kind} `,
    { code: visible(rule.entity ?? `sha256:${rule.sha256 ?? ''}`) },
    rule.reason === undefined ? '' : ` (${visible(rule.reason)})`,
    list,
    end === undefined ? '' : listTexts.until(timeOf(end)),
    hits === undefined ? '' : listTexts.notFollowed(skipReason(hits)),
  ];
}

const match = command({
  name: 'match',
  group: 'Lists',
  role: 'viewer',
  summary: 'Shows which rules match accounts, rooms or servers.',
  args: { who: targets('TARGET…', {}) },
  options: {},
  examples: ['match @someone:evil.example'],
  async run(services, { args }) {
    const blocks: Block[] = [];
    for (const { entity } of args.who.targets) blocks.push(...(await matchingRules(services, entity)));
    return blocks;
  },
});

const members = command({
  name: 'rules members',
  aliases: ['rules matching members'],
  group: 'Lists',
  role: 'viewer',
  summary: 'Shows which people in the protected rooms a ban rule hits, and which rule.',
  args: {},
  options: {},
  examples: ['rules members'],
  async run(services) {
    const ends = await ruleExpiries(services.ledger);
    const found = new Map<string, { rule: PolicyRule; rooms: number }>();
    for (const room of services.protectedRooms.all())
      for (const [userId, { membership }] of room.members) {
        if (!INSIDE.includes(membership)) continue;
        const before = found.get(userId);
        const match = before === undefined ? services.lists.policy.match('user', userId) : undefined;
        if (before !== undefined) before.rooms += 1;
        else if (match != null && match.action !== 'allow') found.set(userId, { rule: match.rule, rooms: 1 });
      }
    if (found.size === 0) return [{ line: [listTexts.membersNone] }];
    const lines = [...found].map(([userId, { rule, rooms }]) =>
      listTexts.member(userId, ruleLine(services, rule, ends), rooms),
    );
    return [
      { line: [listTexts.members(found.size)] },
      { list: lines.slice(0, RULES_SHOWN) },
      ...(lines.length > RULES_SHOWN ? [{ line: [listTexts.more(lines.length - RULES_SHOWN)] }] : []),
    ];
  },
});

const allowed = command({
  name: 'allowed',
  aliases: ['ignored'],
  group: 'Lists',
  role: 'viewer',
  summary: 'Shows the allow rules: what is exempt from the ban rules, and until when.',
  args: {},
  options: {},
  examples: ['allowed'],
  async run(services) {
    const ends = await ruleExpiries(services.ledger);
    const lines = [...services.lists.policy.rules()]
      .filter(({ action }) => action === 'allow')
      .map((rule) => ruleLine(services, rule, ends));
    if (lines.length === 0) return [{ line: [listTexts.noAllows] }];
    return [
      { list: lines.slice(0, RULES_SHOWN) },
      ...(lines.length > RULES_SHOWN ? [{ line: [listTexts.more(lines.length - RULES_SHOWN)] }] : []),
    ];
  },
});

export const ruleCommands: readonly Command[] = [rules, match, members, allowed];
