/**
 * The model behind the weights: a score is the sum of the weights of the signs that were found, and verdicts are its
 * three thresholds. Fitted as ordinal regression with fixed thresholds (Rennie and Srebro 2005, "Loss functions for
 * preference levels", the immediate-threshold logistic loss): a case should lie above the threshold of its lowest right
 * verdict and below the one that follows its highest. Signs keep their direction: a weight that counts for an impostor
 * cannot become negative, nor a discount positive. Weights are drawn to today's, so that what few cases show changes
 * little. Nothing is random.
 */

/** How often each weight is in a case's score, by the weight's number; few are. */
export type Features = ReadonlyMap<number, number>;

export interface Example {
  features: Features;
  /** the part of the score that no weight explains */
  rest: number;
  /** the score should be no less, and less than; undefined: no bound */
  atLeast: number | undefined;
  below: number | undefined;
  /** how much the case counts */
  importance: number;
}

/** How strongly weights are drawn to today's. */
const PRIOR = 0.004;
const STEPS = 400;
const FIRST_STEP = 4;

export function scoreOf({ features, rest }: Pick<Example, 'features' | 'rest'>, weights: readonly number[]): number {
  let score = rest;
  for (const [at, times] of features) score += times * weights[at]!;
  return score;
}

/** ln(1 + e^x), and its slope. */
const softplus = (x: number) => (x > 30 ? x : Math.log1p(Math.exp(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function lossOf(examples: readonly Example[], weights: readonly number[], today: readonly number[]): number {
  let loss = 0;
  for (const example of examples) {
    const score = scoreOf(example, weights);
    if (example.atLeast !== undefined) loss += example.importance * softplus(example.atLeast - score);
    if (example.below !== undefined) loss += example.importance * softplus(score - example.below);
  }
  return loss + PRIOR * weights.reduce((sum, weight, at) => sum + (weight - today[at]!) ** 2, 0);
}

function slopesOf(examples: readonly Example[], weights: readonly number[], today: readonly number[]): number[] {
  const slopes = weights.map((weight, at) => 2 * PRIOR * (weight - today[at]!));
  for (const example of examples) {
    const score = scoreOf(example, weights);
    const slope =
      example.importance *
      ((example.below === undefined ? 0 : sigmoid(score - example.below)) -
        (example.atLeast === undefined ? 0 : sigmoid(example.atLeast - score)));
    for (const [at, times] of example.features) slopes[at]! += slope * times;
  }
  return slopes;
}

/** Projected gradient descent from today's weights; a step that does not lower the loss is halved. */
export function fit(all: readonly Example[], today: readonly number[]): number[] {
  // a score that no weight moves teaches nothing
  const examples = all.filter(({ features }) => features.size > 0);
  let weights = [...today];
  let loss = lossOf(examples, weights, today);
  let step = FIRST_STEP;
  for (let count = 0; count < STEPS && step > 1e-5; count++) {
    const slopes = slopesOf(examples, weights, today);
    const next = weights.map((weight, at) => keepingSign(weight - step * slopes[at]!, today[at]!));
    const nextLoss = lossOf(examples, next, today);
    if (nextLoss < loss) {
      weights = next;
      loss = nextLoss;
      step *= 1.3;
    } else step /= 2;
  }
  return weights.map((weight) => Math.round(weight * 100) / 100);
}

function keepingSign(weight: number, today: number): number {
  return today < 0 ? Math.min(0, weight) : Math.max(0, weight);
}
