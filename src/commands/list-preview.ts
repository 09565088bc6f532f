import { must } from './make.js';
import { visible } from '../detection/index.js';
import type { Block, Inline } from '../matrix/message.js';
import type { ListPreview } from '../policy/index.js';
import { skipReason } from '../protected-rooms/effective-rules.js';
import { room as roomArg } from './args/index.js';
import { type Command, command } from './spec.js';
import { counted } from '../util/counted.js';
import { listTexts } from './texts/lists.js';

const preview = command({
  name: 'preview',
  aliases: ['list preview', 'lists preview'],
  group: 'Lists',
  role: 'viewer',
  summary: 'Shows which people and servers a ban list would hit if it were watched. It is not watched yet.',
  args: { room: roomArg('ROOM') },
  options: {},
  examples: ['preview #list:example.org'],
  async run(services, { args }) {
    const { roomId, said, via } = must(args.room);
    const would = await services.protection.lists.preview(roomId, via);
    return [
      {
        line: [
          listTexts.holds(visible(said), would.rules.user + would.rules.room + would.rules.server),
          ...summary(would, listTexts.wouldBan, listTexts.wouldBlock),
        ],
      },
      ...details(would),
    ];
  },
});

export function summary(
  { people, rooms, rules, servers, skipped }: ListPreview,
  bans: string,
  shutsOut: string,
): Inline[] {
  const seen = servers.length === 0 ? listTexts.noneHere : listTexts.serversHere(servers.length);
  return [
    people === 0 ? listTexts.nobodyHere(bans) : listTexts.peopleIn(bans, people, rooms.length),
    rules.server === 0 ? '.' : listTexts.servers(shutsOut, rules.server, seen),
    skipped.length === 0 ? '' : listTexts.passedOver(skipped.length),
  ];
}

/** How many people, servers and rules are named; the rest are counted. */
const NAMED = 10;

export function details({ people, rooms, servers, freed, roomsNamed, skipped }: ListPreview): Block[] {
  const samples = [...new Set(rooms.flatMap((room) => room.samples))].slice(0, NAMED);
  return [
    ...named(
      'People',
      samples.map((userId) => [{ code: userId }]),
      people,
    ),
    ...named(
      listTexts.serversWithPeople,
      servers.map(({ server, members }) => [{ code: server }, `, ${counted(members, 'membership')}`]),
    ),
    ...named(
      listTexts.roomsNamed,
      roomsNamed.map(({ roomId, rule }) => [{ code: roomId }, ` (${rule.action})`]),
    ),
    ...(freed === 0 ? [] : [{ line: [listTexts.frees(freed)] }]),
    ...named(
      listTexts.passedOverHeading,
      skipped.map(({ rule, hits }) => [
        `${rule.kind} `,
        { code: visible(rule.entity ?? `sha256:${rule.sha256 ?? ''}`) },
        ` – ${skipReason(hits)}`,
      ]),
    ),
  ];
}

function named(title: string, lines: Inline[][], count = lines.length): Block[] {
  const more = count - Math.min(lines.length, NAMED);
  return lines.length === 0
    ? []
    : [{ line: [`${title}:`] }, { list: more > 0 ? [...lines.slice(0, NAMED), [listTexts.more(more)]] : lines }];
}

export const listPreviewCommands: readonly Command[] = [preview];
