import type { PolicyEvent } from '../../src/policy/index.js';

/** Random numbers that are the same in every run (xorshift). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const WORDS =
  'apple bear cloud delta eagle flame grape house igloo joker kite lemon mango night ocean piano queen river stone tiger'.split(
    ' ',
  );
const random = randomFrom(20261123);
const word = (): string => WORDS[random(WORDS.length)] ?? '';
const event = (kind: string, entity: string, index: number): PolicyEvent => ({
  type: `m.policy.rule.${kind}`,
  state_key: `rule:${index}:${entity}`,
  room_id: '!list:example.org',
  sender: '@mod:example.org',
  event_id: `$${index}`,
  content: { entity, recommendation: 'm.ban', reason: 'spam' },
});

/** Globs of all shapes that lists hold: prefix, suffix, infix, both ends, with `?`. */
function globOf(index: number): string {
  const shapes = [
    `@${word()}${index}*`,
    `@*:${word()}${index}.evil`,
    `@*${word()}${index}*`,
    `@${word()}*${index}*:matrix.org`,
    `@*${word()}?${index}*:*.org`,
  ];
  return shapes[index % shapes.length] ?? '';
}

/** The issue's list: literal user rules, user globs, server rules. */
export function userList(literals: number, globs: number, servers: number): PolicyEvent[] {
  return [
    ...Array.from({ length: literals }, (_, index) => event('user', `@${word()}${index}:${word()}.example`, index)),
    ...Array.from({ length: globs }, (_, index) => event('user', globOf(index), literals + index)),
    ...Array.from({ length: servers }, (_, index) =>
      event('server', `${word()}${index}.evil`, literals + globs + index),
    ),
  ];
}

/** Members as rooms have them: most on one server; about one in seven is listed. */
export function members(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `@${word()}${random(2 * count)}:${index % 3 === 0 ? `${word()}.example` : 'matrix.org'}`,
  );
}

/** Server rules, one in twenty a glob; about six times what fits into one event when there are 20,000. */
export function serverList(count: number): PolicyEvent[] {
  return Array.from({ length: count }, (_, index) =>
    event(
      'server',
      index % 20 === 0 ? `*.${word()}${index}.evil` : `${word()}${random(1_000_000)}.${word()}.example`,
      index,
    ),
  );
}

/** Milliseconds that `work` takes: the best of `rounds`. */
export function best(rounds: number, work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

export const ms = (value: number): string =>
  `${value < 1 ? Number(value.toPrecision(2)) : Number(value.toPrecision(3))} ms`;
