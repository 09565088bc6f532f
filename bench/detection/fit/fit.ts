/**
 * `npm run fit [-- FOLDER]`: fits the weights of rules/detection.yaml on labelled cases, judges the fit on cases that it
 * has not seen (folds that share no protected identity, no kind of attack, no language), prints the trade-off at the
 * thresholds, and says whether the fitted weights are better than today's. It changes no file.
 */
import { createHash } from 'node:crypto';
import { createDetector, type Detector, type Verdict } from '../../../src/detection/index.js';
import { WEIGHT_NAMES, type DetectionRules, type WeightName } from '../../../src/detection/rules.js';
import { LEVELS, rules } from '../tally.js';
import { labelled, type Data, type Labelled, type Population } from './cases.js';
import { fit, scoreOf, type Example } from './model.js';

const FOLDS = 5;
/** So much a weight is moved to see how often it is in a score; scores have two digits. */
const MOVED = 0.02;
/** A verdict that nothing is too weak for, so that every sign is told. */
const SHOW_ALL = 0.01;
/** A wrong alarm weighs as much as so many missed attacks, a population as a whole. */
const IMPORTANCE: Readonly<Record<Population, number>> = { attack: 1, hard: 1, stranger: 2 };
const TODAY = WEIGHT_NAMES.map((name) => rules.weights[name]);

const rulesWith = (weights: readonly number[], thresholds = rules.thresholds): DetectionRules => ({
  ...rules,
  thresholds,
  weights: Object.fromEntries(WEIGHT_NAMES.map((name, at) => [name, weights[at]!])) as Record<WeightName, number>,
});

/** Judges cases with some weights. */
function judge({ protecting }: Data, cases: readonly Labelled[], some: DetectionRules): Verdict[] {
  const detectors = new Map<string, Detector>();
  return cases.map(({ set, sighting }) => {
    let detector = detectors.get(set);
    if (detector === undefined) detectors.set(set, (detector = createDetector(protecting.get(set)!, some)));
    return detector.inspect(sighting);
  });
}

const sumOf = ({ evidence }: Verdict) => evidence.reduce((sum, { weight }) => sum + weight, 0);

/** Which weights each score is made of: each is moved a little, and what moves with it has it. */
function examplesOf(data: Data, cases: readonly Labelled[]): Example[] {
  const shown = { ...rules.thresholds, possible: SHOW_ALL };
  const base = judge(data, cases, rulesWith(TODAY, shown)).map(sumOf);
  const features = cases.map(() => new Map<number, number>());
  // only what has a score at all can move with a weight
  const scored = cases.flatMap((each, at) => (base[at]! > 0 ? [{ each, at }] : []));
  for (const [number] of WEIGHT_NAMES.entries()) {
    const moved = TODAY.map((weight, at) => (at === number ? weight + MOVED : weight));
    const sums = judge(
      data,
      scored.map(({ each }) => each),
      rulesWith(moved, shown),
    ).map(sumOf);
    for (const [index, { at }] of scored.entries()) {
      const times = Math.round((sums[index]! - base[at]!) / (MOVED / 2)) / 2;
      if (times !== 0 && Math.abs(times) <= 2) features[at]!.set(number, times);
    }
  }
  const { possible, likely, certain } = rules.thresholds;
  const from = [undefined, possible, likely, certain];
  const totals = totalsOf(cases);
  return cases.map((each, at) => {
    const explained = scoreOf({ features: features[at]!, rest: 0 }, TODAY);
    return {
      features: features[at]!,
      rest: base[at]! - explained,
      atLeast: from[each.least],
      below: each.most < 3 ? from[each.most + 1] : undefined,
      importance: IMPORTANCE[each.population] / totals[each.population],
    };
  });
}

function totalsOf(cases: readonly Labelled[]): Record<Population, number> {
  const totals: Record<Population, number> = { attack: 0, hard: 0, stranger: 0 };
  for (const { population } of cases) totals[population]++;
  return totals;
}

interface Result {
  right: number;
  of: number;
  certain: number;
}
type Results = Record<Population, Result>;

function tally(cases: readonly Labelled[], verdicts: readonly Verdict[]): Results {
  const results: Results = {
    attack: { right: 0, of: 0, certain: 0 },
    hard: { right: 0, of: 0, certain: 0 },
    stranger: { right: 0, of: 0, certain: 0 },
  };
  for (const [at, { population, least, most }] of cases.entries()) {
    const level = LEVELS.indexOf(verdicts[at]!.verdict);
    const result = results[population];
    result.of++;
    if (level >= least && level <= most) result.right++;
    if (level === 3) result.certain++;
  }
  return results;
}

const share = ({ right, of }: Result) => `${((100 * right) / of).toFixed(2)} %`.padStart(9);
const line = (name: string, { attack, hard, stranger }: Results) =>
  `${name.padEnd(36)}${share(attack)}${share(hard)}${share(stranger).padStart(11)}${String(hard.certain + stranger.certain).padStart(10)}`;

/** The fold that a case is in, by what it must not share with others. */
const foldOf = (key: string) => createHash('sha256').update(key).digest()[0]! % FOLDS;

/** Judges every case by weights that were fitted without its fold. */
function heldOut(
  data: Data,
  cases: readonly Labelled[],
  examples: readonly Example[],
  by: 'identity' | 'kind' | 'lang',
): Verdict[] {
  const verdicts = new Array<Verdict>(cases.length);
  const folds = cases.map((each) => foldOf(each[by]));
  for (let fold = 0; fold < FOLDS; fold++) {
    const weights = fit(
      examples.filter((_, at) => folds[at] !== fold),
      TODAY,
    );
    const numbers = [...cases.keys()].filter((at) => folds[at] === fold);
    const judged = judge(
      data,
      numbers.map((at) => cases[at]!),
      rulesWith(weights),
    );
    for (const [index, at] of numbers.entries()) verdicts[at] = judged[index]!;
  }
  return verdicts;
}

/** What a threshold lets through: attacks that reach it, honest people who do. */
function curve(title: string, cases: readonly Labelled[], verdicts: readonly Verdict[]): void {
  console.log(
    `\n${title}\n${'score from'.padEnd(12)}${'attacks'.padStart(10)}${'hard'.padStart(10)}${'strangers'.padStart(11)}`,
  );
  const totals = totalsOf(cases);
  for (let threshold = 1; threshold <= 8; threshold += 0.5) {
    const reached: Record<Population, number> = { attack: 0, hard: 0, stranger: 0 };
    for (const [at, { population }] of cases.entries()) if (verdicts[at]!.score >= threshold) reached[population]++;
    const name = Object.entries(rules.thresholds).find(([, from]) => from === threshold)?.[0] ?? '';
    const per = (population: Population, digits: number) =>
      ((100 * reached[population]) / totals[population]).toFixed(digits);
    console.log(
      `${`${threshold.toFixed(1)} ${name}`.padEnd(12)}${per('attack', 2).padStart(10)}${per('hard', 2).padStart(10)}${per('stranger', 3).padStart(11)}`,
    );
  }
}

function weightsTable(examples: readonly Example[], fitted: readonly number[]): void {
  console.log(`\n${'weight'.padEnd(26)}${'today'.padStart(7)}${'fitted'.padStart(8)}${'cases'.padStart(8)}`);
  for (const [number, name] of WEIGHT_NAMES.entries()) {
    const touched = examples.filter(({ features }) => features.has(number)).length;
    console.log(
      `${name.padEnd(26)}${TODAY[number]!.toFixed(2).padStart(7)}${fitted[number]!.toFixed(2).padStart(8)}${String(touched).padStart(8)}`,
    );
  }
}

function main(redTeam: string | undefined): void {
  const data = labelled(redTeam);
  const { cases } = data;
  const totals = totalsOf(cases);
  console.log(`${totals.attack} attacks, ${totals.hard} hard honest cases, ${totals.stranger} strangers`);
  const examples = examplesOf(data, cases);
  const today = judge(data, cases, rulesWith(TODAY));
  const fitted = fit(examples, TODAY);
  weightsTable(examples, fitted);
  console.log(
    `\n${'as wanted'.padEnd(36)}${'attacks'.padStart(9)}${'hard'.padStart(9)}${'strangers'.padStart(11)}${'certain'.padStart(10)}`,
  );
  const before = tally(cases, today);
  console.log(line("today's weights", before));
  console.log(line('fitted on all, judged on all', tally(cases, judge(data, cases, rulesWith(fitted)))));
  let isBetter = true;
  let byIdentity: Verdict[] = [];
  for (const by of ['identity', 'kind', 'lang'] as const) {
    const verdicts = heldOut(data, cases, examples, by);
    if (by === 'identity') byIdentity = verdicts;
    const after = tally(cases, verdicts);
    console.log(line(`fitted without the fold, by ${by}`, after));
    const gains = (['attack', 'hard', 'stranger'] as const).map((each) => after[each].right - before[each].right);
    const isSafe = after.hard.certain + after.stranger.certain <= before.hard.certain + before.stranger.certain;
    isBetter &&= isSafe && gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
  }
  curve("Trade-off, today's weights (% that reach the score)", cases, today);
  curve('Trade-off, weights fitted without the identity (% that reach the score)', cases, byIdentity);
  console.log(
    isBetter
      ? '\nThe fitted weights are better on every kind of fold: put them into rules/detection.yaml.'
      : "\nThe fitted weights are not better on every kind of fold: today's stay.",
  );
}

main(process.argv[2]);
