import { visible } from '../detection/index.js';
import { powerOf } from '../matrix/power.js';
import { compileGlob, isGlob } from '../policy/index.js';
import type { Block, Inline } from '../matrix/message.js';
import { skipReason } from '../protected-rooms/effective-rules.js';
import { isoTime } from '../util/times.js';
import { listName, roomName } from './answers.js';
import { room, targets, text } from './args/index.js';
import { momentOf, timeOf } from './args/duration.js';
import { usageError } from './args/reading.js';
import { ruleExpiries } from './ends.js';
import { command, type Command } from './spec.js';
import type { Services } from './types.js';
import { listTexts } from './texts/lists.js';
import { lookTexts } from './texts/look.js';

const SHOWN = 50;

const explain = command({
  name: 'explain',
  aliases: ['why'],
  group: 'Cases',
  role: 'viewer',
  summary: 'Shows why something is banned or allowed: rules with their end and list, its case, and where it is banned.',
  args: { who: targets('TARGET', { single: true }) },
  options: {},
  examples: ['explain @someone:evil.example', 'explain evil.example'],
  async run(services, { args }) {
    const target = args.who.targets[0];
    if (target === undefined) return [];
    const { kind, entity } = target;
    const rules = services.lists.policy.rulesMatching(kind, entity);
    const ends = await ruleExpiries(services.ledger);
    const found = (await services.ledger.cases({ subject: entity, limit: 1 }))[0];
    const blocks: Block[] = [
      {
        line: [{ code: entity }, rules.length === 0 ? lookTexts.noRuleMatches : lookTexts.rulesDecide(rules.length)],
      },
    ];
    if (rules.length > 0)
      blocks.push({
        list: rules.slice(0, SHOWN).map((rule): Inline[] => {
          const end = ends.get(rule.eventId ?? '');
          const hits = services.protection.skipped.get(rule);
          return [
            `${rule.action} `,
            { code: visible(rule.entity ?? 'hashed') },
            ' in ',
            listName(services, rule.roomId ?? ''),
            rule.reason === undefined ? '' : `, "${visible(rule.reason, 300)}"`,
            end === undefined ? '' : lookTexts.until(timeOf(end)),
            hits === undefined ? '' : listTexts.notFollowed(skipReason(hits)),
          ];
        }),
      });
    if (kind === 'user') blocks.push(...whereIs(services, entity));
    if (found !== undefined)
      blocks.push({
        line: lookTexts.caseLine(found.id, found.verdict ?? 'reported', found.state, isoTime(found.openedAt) ?? ''),
      });
    return blocks;
  },
});

function whereIs(services: Services, userId: string): Block[] {
  const lines: Inline[][] = [];
  for (const kept of services.protectedRooms.all()) {
    const member = kept.members.get(userId);
    if (member === undefined) continue;
    lines.push([
      roomName(services, kept.roomId),
      `: ${member.membership}`,
      member.membership === 'ban'
        ? lookTexts.by(member.sender === services.homeserver.botUserId ? 'me' : visible(member.sender))
        : '',
      powerOf(userId, kept) > 0 ? lookTexts.power(powerOf(userId, kept)) : '',
    ]);
  }
  return lines.length === 0 ? [{ line: [lookTexts.inNoRoom] }] : [{ list: lines.slice(0, SHOWN) }];
}

const search = command({
  name: 'search',
  group: 'Lists',
  role: 'viewer',
  summary: 'Finds rules whose entity or reason matches a pattern or contains a text.',
  args: { for: text('TEXT|GLOB', 'glob') },
  options: {},
  examples: ['search *evil*', 'search spam'],
  run(services, { args }) {
    const wanted = args.for.toLowerCase();
    const glob = isGlob(wanted) ? compileGlob(wanted) : undefined;
    const fits = (said: string | undefined): boolean =>
      said !== undefined && (glob === undefined ? said.toLowerCase().includes(wanted) : glob.test(said.toLowerCase()));
    const lines: Inline[][] = [];
    let more = 0;
    for (const rule of services.lists.policy.rules()) {
      if (!fits(rule.entity) && !fits(rule.reason)) continue;
      if (lines.length >= SHOWN) more += 1;
      else
        lines.push([
          `${rule.action} ${rule.kind} `,
          { code: visible(rule.entity ?? 'hashed') },
          rule.reason === undefined ? '' : ` (${visible(rule.reason)})`,
          ' – ',
          listName(services, rule.roomId ?? ''),
        ]);
    }
    if (lines.length === 0) return Promise.resolve([{ line: [lookTexts.noneFound] }]);
    return Promise.resolve<Block[]>([{ list: lines }, ...(more > 0 ? [{ line: [lookTexts.more(more)] }] : [])]);
  },
});

const audit = command({
  name: 'audit',
  aliases: ['audit search'],
  group: 'General',
  role: 'viewer',
  summary: 'Shows who did what, newest first: by a moderator (user ID), of a kind (case.dismissed), or since a time.',
  args: { what: text('[USER] [KIND] [since TIME]', 'text') },
  options: {},
  examples: ['audit', 'audit @moderator:example.org', 'audit case since 2d'],
  async run(services, { args }) {
    const words = args.what.split(' ').filter((one) => one !== '' && one.toLowerCase() !== 'since');
    const since = words.map((one) => momentOf(one, services.clock())).find((at) => at !== undefined);
    const actor = words.find((one) => one.startsWith('@'));
    const what = words.find(
      (one) => /^[a-z]+(?:\.[a-z_]+)?$/i.test(one) && momentOf(one, services.clock()) === undefined,
    );
    const entries = await services.ledger.auditLog({
      limit: SHOWN,
      ...(actor === undefined ? {} : { actor }),
      ...(what === undefined ? {} : { what: what.toLowerCase() }),
      ...(since === undefined ? {} : { since }),
    });
    if (entries.length === 0) return [{ line: [lookTexts.auditNothing] }];
    return [
      {
        list: entries.map((entry): Inline[] =>
          lookTexts.auditLine(isoTime(entry.at)?.replace(/\.\d+Z$/, 'Z') ?? '', entry.actor, entry.what, entry.caseId),
        ),
      },
    ];
  },
});

const version = command({
  name: 'version',
  group: 'General',
  role: 'viewer',
  summary: 'Shows the version of Heimdall.',
  args: {},
  options: {},
  examples: ['version'],
  run: (services) => Promise.resolve([{ line: [lookTexts.version(services.version)] }]),
});

const info = command({
  name: 'rooms info',
  aliases: ['room info'],
  group: 'Rooms',
  role: 'viewer',
  summary: 'Shows what the homeserver knows about a room. Needs a server admin.',
  args: { room: room('ROOM') },
  options: {},
  examples: ['rooms info #lobby:example.org'],
  async run(services, { args }) {
    if (args.room === undefined) throw usageError(lookTexts.whichRoom, lookTexts.giveRoom);
    const { roomId } = args.room;
    const known = await services.homeserver.adminRoom(roomId).catch(() => undefined);
    if (known === undefined) return [{ line: lookTexts.unknownRoom(roomId) }];
    const blocked = await services.homeserver.isRoomBlocked(roomId).catch(() => false);
    return [
      {
        list: [
          [{ code: roomId }, known.canonicalAlias === null ? '' : ` ${visible(known.canonicalAlias)}`],
          [lookTexts.roomName(visible(known.name ?? 'none'))],
          [lookTexts.localMembers(known.localMembers ?? 'unknown')],
          lookTexts.madeBy(visible(known.creator ?? 'unknown')),
          [
            services.protectedRooms.get(roomId) === undefined ? lookTexts.notProtected : 'Protected',
            blocked ? ', blocked' : '',
          ],
        ],
      },
    ];
  },
});

const responses = command({
  name: 'responses',
  group: 'General',
  role: 'viewer',
  summary: 'Shows what each verdict leads to. This is set in the configuration.',
  args: {},
  options: {},
  examples: ['responses'],
  run: ({ config: { responses: set, dry_run: dryRun } }) =>
    Promise.resolve<Block[]>([
      {
        list: Object.entries(set).map(([level, kinds]): Inline[] => [
          { bold: level },
          `: ${kinds.join(', ') || 'nothing'}`,
        ]),
      },
      ...(dryRun ? [{ line: [lookTexts.dryRun] }] : []),
      { line: lookTexts.change },
    ]),
});

export const lookCommands: readonly Command[] = [explain, search, audit, responses, version, info];
