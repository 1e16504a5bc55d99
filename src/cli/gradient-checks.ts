import { AppError } from '../errors.js';
import { parseAssignments } from '../model/config-options.js';
import { type GradientCheckReport, WRONG_FROM } from '../network/gradient-check.js';
import { CHECK_DEFAULTS, checkNetwork } from '../training/network-check.js';
import { parseRunConfig } from '../training/training-config.js';

export interface GradientChecks {
  readonly reports: readonly (GradientCheckReport & { readonly steps: number })[];
  readonly text: string;
  readonly passed: boolean;
}

/** At the initial weights and again after some steps: some faults show only away from them. */
export function runGradientChecks(options: {
  readonly set?: string[];
  readonly seed: string;
  readonly epsilon: string;
  readonly steps: string;
}): GradientChecks {
  const config = parseRunConfig({ ...CHECK_DEFAULTS, ...parseAssignments(options.set ?? []) }, '--set');
  const seed = wholeNumberOption('--seed', options.seed);
  const epsilon = numberOption('--epsilon', options.epsilon);
  const steps = [...new Set([0, wholeNumberOption('--steps', options.steps)])];
  const reports = steps.map((count) => ({ steps: count, ...checkNetwork({ config, seed, epsilon, steps: count }) }));
  const { rnn_type, look_ahead, hidden_size } = config.model;
  const heading = `Gradient check, float64, epsilon ${epsilon}: ${rnn_type}, ${hidden_size} hidden units, look-ahead ${look_ahead}, L2 ${config.training.L2}`;
  return {
    reports,
    text: [heading, ...reports.map(formatReport), RULES].join('\n\n'),
    passed: reports.every(
      ({ distance, rows }) => distance < WRONG_FROM && rows.every((row) => row.verdict !== 'wrong'),
    ),
  };
}

const RULES = `Distance: |analytic - numeric| / (|analytic| + |numeric|). Below 1e-7 great, below 1e-5 acceptable,
below 1e-3 look again at the component named, else wrong. Never run in training; never with dropout; with L2 included.`;

function formatReport({
  steps,
  distance,
  verdict,
  loss,
  worst,
  rows,
}: GradientCheckReport & { steps: number }): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const table = rows.map(
    (row) =>
      `  ${row.name.padEnd(width)}  ${String(row.count).padStart(6)}  ${row.distance.toExponential(2).padStart(9)}  ${row.verdict}`,
  );
  return [
    steps === 0 ? 'At the initial weights:' : `After ${steps} steps:`,
    `  ${'parameter'.padEnd(width)}  ${'count'.padStart(6)}  ${'distance'.padStart(9)}  verdict`,
    ...table,
    `  whole network: distance ${distance.toExponential(2)}, ${verdict}; loss ${loss.toFixed(6)}`,
    `  worst component: ${worst.name}[${worst.index.join(', ')}], analytic ${worst.analytic.toExponential(6)}, numeric ${worst.numeric.toExponential(6)}`,
  ].join('\n');
}

function numberOption(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new AppError('invalid_argument', `${name}: expected a number from 0, found ${JSON.stringify(value)}`);
}

function wholeNumberOption(name: string, value: string): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new AppError('invalid_argument', `${name}: expected a whole number from 0, found ${JSON.stringify(value)}`);
}
