import { AppError } from '#base/errors.js';
import { type GradientCheckReport, VERDICTS } from '#engine/core/gradient-check.js';
import type { Precision } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { parseAssignments } from '#tagging/model/config-options.js';
import { MODEL_OPTIONS } from '#tagging/model/model-config.js';
import { CHECK_DEFAULTS, checkNetwork, describeNetwork } from '#training/checks/network-gradient-check.js';
import { parseRunConfig } from '#training/config/training-config.js';

/** Shorter names for the settings that a check is most often made of; `--set` overrides them. */
export interface NetworkFlags {
  readonly network?: string;
  readonly layers?: string;
  readonly hidden?: string;
  readonly lookAhead?: string;
  readonly bidirectional?: boolean;
  readonly residual?: boolean;
  readonly normalization?: string;
  readonly attention?: string;
  readonly crf?: boolean;
  readonly charFilters?: string;
}

export interface GradientCheckFlags extends NetworkFlags {
  readonly set?: string[];
  readonly seed: number;
  readonly precision: Precision;
  /** Half the width of the difference. */
  readonly epsilon: number;
  /** Optimizer steps before the second check. */
  readonly steps: number;
}

interface NamedReport extends GradientCheckReport {
  /** Optimiser steps before it. */
  readonly steps: number;
  readonly precision: Precision;
  readonly kernels: string;
}

export interface GradientChecks {
  readonly reports: readonly NamedReport[];
  readonly text: string;
  readonly passed: boolean;
}

/** At the initial weights and again after some steps: some faults show only away from them. */
export async function runGradientChecks(flags: GradientCheckFlags): Promise<GradientChecks> {
  const settings = { ...CHECK_DEFAULTS, ...settingsOf(flags), ...parseAssignments(flags.set ?? []) };
  const config = parseRunConfig(settings, '--set');
  const { precision, seed, epsilon } = flags;
  const counts = [...new Set([0, flags.steps])];
  const kernels = precision === 'float32' ? selectKernels().kernels : undefined;
  const reports = counts.map((steps) => {
    const check = checkNetwork({ config, seed, epsilon, steps, ...(kernels && { kernels }) });
    return { steps, precision, kernels: kernels?.name ?? 'reference', ...check };
  });
  const place = kernels ? ` on the ${kernels.name} kernels` : '';
  const heading = `Gradient check, ${precision}${place}, epsilon ${epsilon}: ${describeNetwork(config)}, L2 ${config.training.L2}`;
  return {
    reports,
    text: [heading, ...reports.map(formatReport), rules(precision)].join('\n\n'),
    passed: reports.every(({ distance, rows }) => distance < 1e-3 && rows.every((row) => row.verdict !== 'wrong')),
  };
}

/** Each flag, and the option that it sets. */
const FLAGS = {
  network: 'rnn_type',
  layers: 'layers',
  hidden: 'hidden_size',
  lookAhead: 'look_ahead',
  bidirectional: 'bidirectional',
  residual: 'residual',
  normalization: 'normalization',
  attention: 'attention',
  crf: 'crf',
  charFilters: 'char_filters',
} as const satisfies Readonly<Record<keyof NetworkFlags, keyof typeof MODEL_OPTIONS>>;

function settingsOf(flags: NetworkFlags): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [flag, key] of Object.entries(FLAGS)) {
    const value = flags[flag as keyof NetworkFlags];
    if (value === undefined) continue;
    const { parse, expects } = MODEL_OPTIONS[key];
    settings[key] = parse(value);
    if (settings[key] !== undefined) continue;
    const name = flag.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
    throw new AppError('invalid_argument', `--${name}: expected ${expects}, found ${JSON.stringify(value)}`);
  }
  return settings;
}

function rules(precision: Precision): string {
  const { greatBelow, acceptableBelow, wrongFrom } = VERDICTS[precision];
  return `Distance: |analytic - numeric| / (|analytic| + |numeric|). Below ${power(greatBelow)} great, below ${power(acceptableBelow)} acceptable,
below ${power(wrongFrom)} look again at the component named, else wrong. Never run in training; never with dropout; with L2 included.
Differences are of losses in float64, two-sided.`;
}

/** 1e-7, not 1e-07 nor 0.0001. */
function power(number: number): string {
  return number.toExponential();
}

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
