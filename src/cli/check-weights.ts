/**
 * `heimdall check --explain-weights`: the numbers and words in rules/ behind a verdict, found by leaving each out and
 * judging again, and how an admin's own rules differ from the built-in ones.
 */
import { createDetector, type DetectionRules, type ProtectedIdentity, type Sighting } from '../detection/index.js';
import type { Verdict } from '../detection/index.js';
import { texts } from './texts.js';

type Words = keyof DetectionRules['roles'];
const WORDS: readonly Words[] = ['strong', 'weak', 'filler', 'disclaim'];
/** The maximum number of words in the name that are tried. */
const MOST_WORDS = 12;

/** The contribution of each weight and word to this verdict, one line each, strongest first. */
export function explainWeights(
  sighting: Sighting,
  identities: readonly ProtectedIdentity[],
  rules: DetectionRules,
  packaged: DetectionRules,
): string {
  const judge = (some: DetectionRules) => createDetector(identities, some).inspect(sighting);
  const verdict = judge(rules);
  const lines = [
    ...changes(verdict, weightsLeftOut(rules), judge),
    ...changes(verdict, wordsLeftOut(sighting, rules), judge),
  ].sort((a, b) => b.by - a.by);
  const came = rules === packaged ? undefined : judge(packaged);
  return [
    texts.weights.heading(verdict.verdict, verdict.score),
    ...lines.map(({ line }) => line),
    ...(lines.length === 0 ? [texts.weights.none] : []),
    ...(came === undefined ? [] : [texts.weights.packaged(came.verdict, came.score)]),
    '',
  ].join('\n');
}

interface LeftOut {
  name: string;
  rules: DetectionRules;
}

function changes(
  whole: Verdict,
  tries: Iterable<LeftOut>,
  judge: (rules: DetectionRules) => Verdict,
): { by: number; line: string }[] {
  const found: { by: number; line: string }[] = [];
  for (const { name, rules } of tries) {
    const without = judge(rules);
    const by = Math.abs(whole.score - without.score);
    if (by > 0 || without.verdict !== whole.verdict)
      found.push({ by, line: texts.weights.without(name, without.verdict, without.score) });
  }
  return found;
}

function* weightsLeftOut(rules: DetectionRules): Iterable<LeftOut> {
  for (const [name, weight] of Object.entries(rules.weights))
    if (weight !== 0)
      yield {
        name: texts.weights.weight(name, weight),
        rules: { ...rules, weights: { ...rules.weights, [name]: 0 } },
      };
}

/** Listed words that occur literally in the display name or the localpart. */
function* wordsLeftOut({ userId, displayName }: Sighting, rules: DetectionRules): Iterable<LeftOut> {
  const text = `${displayName ?? ''} ${userId}`.toLowerCase();
  let count = 0;
  for (const list of WORDS)
    for (const word of rules.roles[list]) {
      if (!text.includes(word.toLowerCase()) || count++ >= MOST_WORDS) continue;
      yield {
        name: texts.weights.word(word, list),
        rules: { ...rules, roles: { ...rules.roles, [list]: rules.roles[list].filter((each) => each !== word) } },
      };
    }
}
