/**
 * What must hold whatever the lists say, over 100,000 random histories of server rules (a seed, so that a failure comes
 * again): our own server and those that must stay are let in by the real algorithm, with and without port, in any case,
 * also in allow-list mode and beside an ACL of the room's own people; the content fits; and following the rules one by
 * one gives the same answers and the same bytes as reading their last state whole, in another order.
 *
 * No rival: the row counts how often a promise was broken.
 */
import { buildServerAcl, createPolicy, mergeServerAcl, portless, serverAclCheck } from '../../src/policy/index.js';
import type { Policy, PolicyEvent, ServerAclContent } from '../../src/policy/index.js';
import type { Row } from '../row.js';
import { randomFrom } from './sets.js';

const SETS = 100_000;
const SEED = 20261126;
/** the contract's number, not the one that the code uses */
const MOST_BYTES = 63_488;
const LIST = '!list:example.org';
const NAMES = [
  'example.org',
  'Example.org:8448',
  'a.test',
  'b.a.test',
  'A.TEST:443',
  '1.2.3.4',
  '1.2.3.4:80',
  '[::1]',
  '[::1]:8448',
  'ks.test',
];
const GLOBS = [
  '*',
  '*.test',
  '*.org',
  '*8448',
  '[*',
  '*:*',
  '*.a.test',
  '?.test',
  '\u212as.test',
  'k\u017f.test',
  'evil.test',
  '*.evil.test',
  '1.2.*',
  '**',
  '?*',
  'EXAMPLE.???',
];
const PIECES = ['a', 'B', '.', '*', '?', ':', '8', 'test', 'org', '1', '[', ']', '😀', '"', '\n'];
const WORDS = ['m.ban', 'm.ban', 'm.takedown', 'org.matrix.mjolnir.ban', 'org.matrix.mjolnir.allow', 'unknown'];
const TYPES = ['m.policy.rule.server', 'm.policy.rule.server', 'm.room.rule.server', 'org.matrix.mjolnir.rule.server'];

export async function run(): Promise<Row[]> {
  const random = randomFrom(SEED);
  const of = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const broken = { lockedOut: 0, tooLarge: 0, emptyAllow: 0, differs: 0 };
  const start = performance.now();
  for (let set = 0; set < SETS; set += 1) {
    const events = Array.from({ length: random(14) }, (_, index) => eventOf(random, of, set % 500 === 0, index));
    const policy = createPolicy();
    for (const event of events) policy.apply(event);
    const [ownServer, mustAllow] = [of(NAMES), Array.from({ length: random(3) }, () => of(NAMES))];
    const options = { ownServer, mustAllow, allowList: set % 3 === 0 };
    const { content } = buildServerAcl(policy.rules(), options);
    const foreign = {
      allow: random(3) === 0 ? [of(GLOBS), of(NAMES)] : ['*'],
      deny: Array.from({ length: random(4) }, () => of([...GLOBS, ...NAMES])),
      allow_ip_literals: random(2) === 0,
    };
    const merged = mergeServerAcl(foreign, content, 'merge', [ownServer, ...mustAllow]).content;
    for (const each of [content, merged]) if (each !== undefined) judge(each, [ownServer, ...mustAllow], broken);
    const rebuilt = createPolicy();
    rebuilt.replaceList(
      LIST,
      [...new Map(events.map((event) => [`${event.type} ${String(event.state_key)}`, event])).values()].reverse(),
    );
    if (
      !sameAnswers(policy, rebuilt) ||
      JSON.stringify(buildServerAcl(rebuilt.rules(), options).content) !== JSON.stringify(content)
    )
      broken.differs += 1;
  }
  const seconds = (performance.now() - start) / 1000;
  const work = `of ${SETS.toLocaleString('en-US')} random sets (seed ${SEED}, ${seconds.toFixed(0)} s)`;
  const row = (what: string, ours: number): Row => ({
    work: `${what} ${work}`,
    rival: '–',
    ours,
    theirs: '–',
    ratio: '–',
    target: '0',
  });
  return [
    row('servers that must stay shut out, ACLs', broken.lockedOut),
    row('ACLs larger than an event may be,', broken.tooLarge),
    row('ACLs that allow nobody,', broken.emptyAllow),
    row('followed unlike read whole,', broken.differs),
  ];
}

function eventOf(
  random: (below: number) => number,
  of: <T>(list: readonly T[]) => T,
  large: boolean,
  index: number,
): PolicyEvent {
  const entity =
    large && index < 3
      ? of(['b', '*c', 'd?', '"']).repeat(9_000 + random(9_000))
      : random(2) === 0
        ? of([...NAMES, ...GLOBS])
        : Array.from({ length: 1 + random(5) }, () => of(PIECES)).join('');
  return {
    type: of(TYPES),
    state_key: `k${random(10)}`,
    room_id: LIST,
    event_id: `$${index}`,
    content: random(10) === 0 ? {} : { entity, recommendation: of(WORDS) },
  };
}

function judge(
  content: ServerAclContent,
  mustStay: readonly string[],
  broken: { lockedOut: number; tooLarge: number; emptyAllow: number },
): void {
  const lets = serverAclCheck(content);
  if (mustStay.some((name) => [name, name.toUpperCase(), portless(name)].some((form) => !lets(form))))
    broken.lockedOut += 1;
  if (Buffer.byteLength(JSON.stringify(content)) > MOST_BYTES) broken.tooLarge += 1;
  if (content.allow.length === 0) broken.emptyAllow += 1;
}

function sameAnswers(a: Policy, b: Policy): boolean {
  return [...NAMES, 'evil.test', 'x.evil.test'].every((name) => {
    const [one, other] = [a.match('server', name), b.match('server', name)];
    return (
      one?.action === other?.action &&
      one?.rule.stateKey === other?.rule.stateKey &&
      one?.rule.type === other?.rule.type
    );
  });
}
