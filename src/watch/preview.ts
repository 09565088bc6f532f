import { rulesThatWouldHitUs } from '../enforcement/index.js';
import type { InterlockFacts } from '../enforcement/types.js';
import type { MatrixEvent } from '../matrix/types.js';
import { createPolicy } from '../policy/index.js';
import type { Policy, PolicyRule } from '../policy/types.js';
import { isPolicyEvent } from './lists.js';
import type { KeptRooms } from './rooms.js';
import { RulesInForce } from './rules-in-force.js';

/** What a list would do if it were watched now: only what does not hold or is not on its way already. */
export interface Preview {
  rules: number;
  /** whom it would ban or take down, with the number of protected rooms they are in */
  people: ReadonlyMap<string, number>;
  /** protected rooms in which somebody would be banned */
  rooms: number;
  /** entities of its server rules, as written, sorted */
  servers: string[];
  /** servers of people in the protected rooms that these rules would shut out, sorted */
  serversSeen: string[];
  /** its rules that would be passed over because they would hit us, with the reason */
  skipped: ReadonlyMap<PolicyRule, string>;
}

export interface PreviewFacts {
  rooms: Pick<KeptRooms, 'all' | 'servers'>;
  facts: InterlockFacts;
  /** the rules that are followed already */
  inForce: Pick<Policy, 'match'>;
}

/** Simulates watching a list whose room has this state. Pure: nothing is watched and nothing is sent. */
export function previewOf(roomId: string, state: readonly MatrixEvent[], { rooms, facts, inForce }: PreviewFacts): Preview {
  const policy = createPolicy();
  policy.replaceList(roomId, state.filter(isPolicyEvent));
  const skipped = rulesThatWouldHitUs(policy, facts);
  const list = new RulesInForce(policy);
  list.skip(skipped);
  const people = new Map<string, number>();
  const hitRooms = new Set<string>();
  for (const room of rooms.all()) {
    for (const [userId, { membership }] of room.members) {
      if (membership === 'ban' || !strikes(list, 'user', userId) || inForce.match('user', userId) !== null) continue;
      people.set(userId, (people.get(userId) ?? 0) + 1);
      hitRooms.add(room.roomId);
    }
  }
  const serverRules = [...policy.rules({ kind: 'server' })].filter((rule) => rule.action !== 'allow' && !skipped.has(rule));
  const servers = serverRules.flatMap(({ entity }) => (entity === undefined || inForce.match('server', entity) !== null ? [] : [entity]));
  const serversSeen = [...rooms.servers].filter((server) => strikes(list, 'server', server) && inForce.match('server', server) === null);
  return { rules: [...policy.rules()].length, people, rooms: hitRooms.size, servers: [...new Set(servers)].sort(), serversSeen: serversSeen.sort(), skipped };
}

function strikes(rules: Pick<Policy, 'match'>, kind: 'user' | 'server', entity: string): boolean {
  const action = rules.match(kind, entity)?.action;
  return action === 'ban' || action === 'takedown';
}
