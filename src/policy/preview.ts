import { serverNameOf } from '../matrix/identifiers.js';
import { rulesThatHit, skipping, type RuleHits, type Untouchable } from './rule-hits.js';
import { compareText } from './rule-order.js';
import { serverKey } from './server-name.js';
import type { EntityKind, Policy, PolicyRule } from './types.js';

/** A protected room with its joined, invited and knocking members. */
interface PreviewRoom {
  roomId: string;
  /** its other names, e.g. the canonical alias, which room rules may use */
  aliases?: readonly string[];
  members: Iterable<string>;
}

export interface PreviewOptions {
  rooms: Iterable<PreviewRoom>;
  /** the policy in force: what it bans is not news, and what it allows stays allowed */
  current: Pick<Policy, 'match'>;
  untouchable: Untouchable;
  /** how many sample names are returned of each kind */
  samples?: number;
}

/** Whom and what a list would affect if it were watched. */
export interface ListPreview {
  /** how many rules of each kind are in force in the list */
  rules: Record<EntityKind, number>;
  /** people who would be banned, each counted once */
  people: number;
  /** the rooms in which somebody would be banned, those with most bans first */
  rooms: { roomId: string; people: number; samples: string[] }[];
  /** members' servers that would be denied, with their number of memberships, largest first */
  servers: { server: string; members: number }[];
  /** protected rooms that a room rule matches */
  roomsNamed: { roomId: string; rule: PolicyRule }[];
  /** people whom a rule in force bans and an allow rule of this list would exempt, each counted once */
  freed: number;
  /** rules that would hit ourselves, moderators or a server that must stay, and so would be ignored */
  skipped: RuleHits[];
}

const SAMPLES = 5;

/**
 * What watching a list would do, without doing it. Pure: the list's rules, the rooms and the policy in force are passed
 * in.
 * @param list a policy that holds the rules of this list only
 */
export function previewList(
  list: Pick<Policy, 'match' | 'rulesMatching' | 'rules'>,
  { rooms, current, untouchable, samples = SAMPLES }: PreviewOptions,
): ListPreview {
  const skipped = rulesThatHit(list.rules(), untouchable);
  const asked = skipping(list, new Set(skipped.map(({ rule }) => rule)));
  const change = changeOf(asked, current, untouchable);
  const preview: ListPreview = {
    rules: { user: 0, room: 0, server: 0 },
    people: 0,
    rooms: [],
    servers: [],
    roomsNamed: [],
    freed: 0,
    skipped,
  };
  for (const { kind } of list.rules()) preview.rules[kind] += 1;
  const servers = new Map<string, number>();
  const [people, freed] = [new Set<string>(), new Set<string>()];
  for (const { roomId, aliases = [], members } of rooms) {
    const hit: string[] = [];
    for (const userId of members) {
      const what = change('user', userId);
      if (what === 'hit') hit.push(userId);
      if (what === 'freed') freed.add(userId);
      const server = serverNameOf(userId);
      if (server !== undefined && change('server', serverKey(server)) === 'hit')
        servers.set(serverKey(server), (servers.get(serverKey(server)) ?? 0) + 1);
    }
    for (const userId of hit) people.add(userId);
    if (hit.length > 0)
      preview.rooms.push({ roomId, people: hit.length, samples: hit.sort(compareText).slice(0, samples) });
    const named = [roomId, ...aliases]
      .map((name) => asked.match('room', name))
      .find((match) => match !== null && match.action !== 'allow');
    if (named?.rule !== undefined) preview.roomsNamed.push({ roomId, rule: named.rule });
  }
  preview.people = people.size;
  preview.freed = freed.size;
  preview.rooms.sort((a, b) => b.people - a.people || compareText(a.roomId, b.roomId));
  preview.servers = [...servers]
    .map(([server, members]) => ({ server, members }))
    .sort((a, b) => b.members - a.members || compareText(a.server, b.server));
  return preview;
}

/** What would change for somebody, cached because the same person and server occur in many rooms. */
function changeOf(
  list: Pick<Policy, 'match'>,
  current: Pick<Policy, 'match'>,
  { users }: Untouchable,
): (kind: EntityKind, entity: string) => 'hit' | 'freed' | 'none' {
  const known: Record<EntityKind, Map<string, 'hit' | 'freed' | 'none'>> = {
    user: new Map(),
    room: new Map(),
    server: new Map(),
  };
  const ask = (kind: EntityKind, entity: string): 'hit' | 'freed' | 'none' => {
    const wanted = list.match(kind, entity)?.action;
    if (wanted === undefined || (kind === 'user' && users.has(entity))) return 'none';
    const now = current.match(kind, entity)?.action;
    if (wanted === 'allow') return now === 'ban' || now === 'takedown' ? 'freed' : 'none';
    return now === undefined ? 'hit' : 'none';
  };
  return (kind, entity) => {
    let what = known[kind].get(entity);
    if (what === undefined) known[kind].set(entity, (what = ask(kind, entity)));
    return what;
  };
}
