import { AppError } from '#base/errors.js';
import { createMovingAverage } from '#engine/optimizers/moving-average.js';
import { COLORS, chart, type Point } from '../charts/chart.js';
import type { Measurement, Scale } from './measurement.js';
import { train } from './training.js';

const OPTIMIZERS = ['sgd', 'momentum', 'rmsprop', 'adam'] as const;
type Optimizer = (typeof OPTIMIZERS)[number];

const EPOCHS = 2;
const RATES: Readonly<Record<Optimizer, readonly number[]>> = {
  sgd: [0.1, 0.3, 1, 3],
  momentum: [0.1, 0.3, 1, 3],
  rmsprop: [0.0003, 0.001, 0.003, 0.01],
  adam: [0.001, 0.003, 0.01, 0.03],
};
const STYLES: Readonly<Record<Optimizer, string>> = {
  sgd: COLORS.black,
  momentum: COLORS.green,
  rmsprop: COLORS.vermillion,
  adam: COLORS.blue,
};
/** Averages over about 1 / (1 - BETA) = 50 minibatches. */
const BETA = 0.98;

/** The four optimisers on the same minibatches, and, from Adam's losses, what averaging does. */
export async function optimizers(scale: Scale): Promise<Measurement> {
  const runs: { optimizer: Optimizer; rate: number; losses: number[]; final: number }[] = [];
  for (const optimizer of OPTIMIZERS) {
    for (const rate of RATES[optimizer]) runs.push({ optimizer, rate, ...(await lossesOf(optimizer, rate, scale)) });
  }
  const best = OPTIMIZERS.map((optimizer) =>
    runs.filter((run) => run.optimizer === optimizer).reduce((a, b) => (b.final < a.final ? b : a)),
  );
  const svg = chart({
    title: 'Each optimiser at its best learning rate, on the same minibatches',
    description: `Training loss per token by step over ${EPOCHS} epochs, each line an exponentially weighted average with beta ${BETA}. ${best.map(({ optimizer, rate, final }) => `${optimizer} with learning rate ${rate} ends at ${final.toFixed(3)}`).join('; ')}.`,
    panelHeight: 320,
    nameWidth: 190,
    panels: [
      {
        title: `Loss of each minibatch, averaged with beta ${BETA}; two epochs`,
        x: { label: 'step (minibatches of 32 sentences)', min: 0, max: best[0].losses.length },
        y: { label: 'training loss per token', log: true, min: 0.15, max: 2, ticks: [0.2, 0.5, 1, 2], format: String },
        series: best.map(({ optimizer, rate, losses }) => ({
          name: optimizer,
          detail: `learn_rate ${rate}`,
          color: STYLES[optimizer],
          points: averaged(losses),
        })),
      },
    ],
  });
  const table = [
    `| optimizer | ${[1, 2, 3, 4].map((i) => `rate ${i}`).join(' | ')} |`,
    '|---|---|---|---|---|',
    ...OPTIMIZERS.map((optimizer) => {
      const cells = runs
        .filter((run) => run.optimizer === optimizer)
        .map((run) => {
          const cell = `${run.rate}: ${Number.isFinite(run.final) ? run.final.toFixed(3) : 'diverged'}`;
          return best.includes(run) ? `**${cell}**` : cell;
        });
      return `| \`${optimizer}\` | ${cells.join(' | ')} |`;
    }),
  ];
  const adam = best.find(({ optimizer }) => optimizer === 'adam')!.losses;
  return { figures: { optimizers: svg, averages: averages(adam) }, tables: { optimizers: table } };
}

async function lossesOf(optimizer: Optimizer, rate: number, scale: Scale) {
  const set = {
    optimizer,
    learn_rate: rate,
    max_epochs: EPOCHS,
    schedule: 'constant',
    warmup_steps: 0,
    eval_frequency: EPOCHS,
  };
  try {
    const { losses } = await train({ scale, name: `${optimizer}-${rate}`, set });
    return { losses, final: averaged(losses).at(-1)![1] };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'numerical_failure') throw error;
    return { losses: [], final: Number.POSITIVE_INFINITY };
  }
}

function averages(losses: readonly number[]): string {
  const single = losses.map((loss, i): Point => [i + 1, loss]);
  const highest = losses.indexOf(Math.max(...losses.slice(50, 150)));
  let sum = 0;
  const uncorrected = losses.map((loss, i): Point => {
    sum = BETA * sum + (1 - BETA) * loss;
    return [i + 1, sum];
  });
  return chart({
    title: 'An exponentially weighted average, and why it needs bias correction',
    description: `Losses of the single minibatches scatter; their exponentially weighted average with beta ${BETA} follows them smoothly. Without bias correction it starts near 0 and needs some 150 steps to catch up.`,
    panelHeight: 300,
    nameWidth: 170,
    panels: [
      {
        title: `Adam's losses, beta ${BETA}: an average over about ${Math.round(1 / (1 - BETA))} minibatches`,
        x: { label: 'step', min: 0, max: losses.length },
        y: { label: 'training loss per token', min: 0, max: 1.2 },
        series: [
          { name: 'single minibatches', color: COLORS.gray, thin: true, points: single, nameAt: single[highest] },
          { name: 'without correction', color: COLORS.vermillion, points: uncorrected, nameAt: uncorrected[6] },
          { name: 'with bias correction', color: COLORS.blue, points: averaged(losses) },
        ],
      },
    ],
  });
}

/** By step, bias-corrected. */
function averaged(losses: readonly number[]): Point[] {
  const average = createMovingAverage(BETA);
  return losses.map((loss, i): Point => [i + 1, average.add(loss)]);
}
