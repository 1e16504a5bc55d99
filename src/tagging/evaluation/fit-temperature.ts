import { TEMPERATURES } from '#tagging/model/calibration.js';
import type { SpanOutcome } from './reliability.js';

export interface TemperatureFit {
  /** From 0.05 to 20; 1 where there are too few names to tell. */
  readonly temperature: number;
  /** Names it was fitted on. */
  readonly number: number;
  readonly isFitted: boolean;
}

/** With fewer names a temperature would say more of chance than of the model. */
const FEWEST_NAMES = 20;
/** Log temperatures that are tried before the search; their middle is 0. */
const GRID_POINTS = 13;
/** Of the log temperature: 0.1 %. */
const TOLERANCE = 1e-3;
/** Keeps the logarithm of a probability finite. */
const LEAST_PROBABILITY = 1e-12;

/**
 * The temperature (Guo et al. 2017) at which the scores of the names found best foretell which of them are right: least
 * negative log-likelihood, by a search over log T. A name that is right counts as right to (n + 1) / (n + 2) only, and a wrong one
 * likewise (Platt 1999): were all of them right, no temperature would be sure enough.
 *
 * @param outcomesAt The same names at any temperature.
 */
export function fitTemperature(outcomesAt: (temperature: number) => readonly SpanOutcome[]): TemperatureFit {
  const outcomes = outcomesAt(1);
  const number = outcomes.length;
  if (number < FEWEST_NAMES) return { temperature: 1, number, isFitted: false };
  const correct = outcomes.filter(({ isCorrect }) => isCorrect).length;
  const targets = { correct: (correct + 1) / (correct + 2), wrong: 1 / (number - correct + 2) };

  const loss = (logTemperature: number): number => {
    let sum = 0;
    for (const { score, isCorrect } of outcomesAt(Math.exp(logTemperature))) {
      const probability = Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, score));
      const target = isCorrect ? targets.correct : targets.wrong;
      sum -= target * Math.log(probability) + (1 - target) * Math.log(1 - probability);
    }
    return sum;
  };
  const [from, to] = [Math.log(TEMPERATURES.least), Math.log(TEMPERATURES.greatest)];
  const grid = Array.from({ length: GRID_POINTS }, (_, i) => from + ((to - from) * i) / (GRID_POINTS - 1));
  const losses = grid.map(loss);
  const best = losses.indexOf(Math.min(...losses));
  const bracket = [grid[Math.max(0, best - 1)], grid[Math.min(GRID_POINTS - 1, best + 1)]] as const;
  const found = goldenSection(loss, bracket, TOLERANCE);
  const temperature = loss(found) < loss(0) ? Number(Math.exp(found).toPrecision(4)) : 1;
  return { temperature, number, isFitted: true };
}

/** Where a function with one valley between the two ends is least (Kiefer 1953), to within `tolerance`. */
export function goldenSection(f: (x: number) => number, ends: readonly [number, number], tolerance: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = ends;
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atLeft, atRight] = [f(left), f(right)];
  while (high - low > tolerance) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - ratio * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + ratio * (high - low);
      atRight = f(right);
    }
  }
  return (low + high) / 2;
}
