/**
 * What the detector says, in one line a set of protected identities: a hash over the verdicts (evidence and all) on some
 * 60,000 sightings each, strangers and impostors. Run it on two checkouts side by side: a change that is to make the
 * detector faster, and nothing else, gives the same lines.
 *
 *     npm run build && node dist/bench/detection/oracle.js
 */
import { createHash } from 'node:crypto';
import { loadRules } from '../../src/config/rules.js';
import { createDetector, type ProtectedIdentity, type Sighting } from '../../src/detection/index.js';
import { ATTACKS, randomOf } from './attacks.js';
import { hundred, SHAPES, SIX, WORDS } from './corpora.js';
import { freshAccounts } from './fresh.js';
import { REALISTIC } from './realistic.js';
import { accounts, protectedIdentities } from './stream.js';
import { sightingsOf, strangers } from './strangers.js';

const SETS: Readonly<Record<string, readonly ProtectedIdentity[]>> = {
  one: protectedIdentities(1),
  six: SIX,
  shapes: SHAPES,
  words: WORDS,
  hundred: hundred(),
  thousand: protectedIdentities(1_000),
  realistic: REALISTIC,
};
const ROLES = ['Support', 'Admin', 'fan', 'Help Desk', 'Official 2'];

/** Impostors of these identities, in every field by itself and in all at once. */
function* impostors(identities: readonly ProtectedIdentity[], count: number): Generator<Sighting> {
  const random = randomOf(5);
  const attacks = Object.values(ATTACKS);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const attacked = (text: string) => pick(attacks)(text, random) ?? text;
  for (let made = 0; made < count; made++) {
    const { userId, displayNames } = pick(identities);
    const [localpart, server] = [userId.slice(1, userId.indexOf(':')), userId.slice(userId.indexOf(':') + 1)];
    const name = displayNames[0] ?? localpart;
    yield pick<() => Sighting>([
      () => ({ userId: `@${attacked(localpart)}:${server}`, displayName: name }),
      () => ({ userId: `@${localpart}:${attacked(server)}`, displayName: null }),
      () => ({ userId: `@u${made}:x.example`, displayName: attacked(name) }),
      () => ({ userId: `@${attacked(localpart)}:${attacked(server)}`, displayName: attacked(name) }),
      () => ({ userId: `@u${made}:x.example`, displayName: `${attacked(name)} ${pick(ROLES)}` }),
      () => ({
        userId: `@${attacked(localpart)}:h.example`,
        displayName: attacked(localpart),
        roomName: attacked(name),
      }),
    ])();
  }
}

function* sightingsFor(identities: readonly ProtectedIdentity[]): Generator<Sighting> {
  yield* freshAccounts(15_000, 99);
  for (const group of strangers()) yield* sightingsOf({ ...group, count: 2_500 }, 7);
  yield* accounts(10_000, identities);
  yield* impostors(identities, 12_000);
}

const rules = loadRules();
for (const [name, identities] of Object.entries(SETS)) {
  const hash = createHash('sha256');
  const counts = new Map<string, number>();
  const detector = createDetector(identities, rules);
  for (const sighting of sightingsFor(identities)) {
    const verdict = detector.inspect(sighting);
    counts.set(verdict.verdict, (counts.get(verdict.verdict) ?? 0) + 1);
    hash.update(JSON.stringify(verdict));
  }
  console.log(`${name} ${hash.digest('hex').slice(0, 24)} ${JSON.stringify(Object.fromEntries(counts))}`);
}
