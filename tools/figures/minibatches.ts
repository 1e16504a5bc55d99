import { COLORS, chart, type Point, written } from '../charts/chart.js';
import type { Measurement, Scale } from './measurement.js';
import { type TrainingRun, train } from './training.js';

const SECONDS = 6;
const QUICK_SECONDS = 0.6;
/** Losses of so many seconds are one point. */
const WINDOW = 0.5;
const SIZES = [
  { size: 0, name: 'all in one', color: COLORS.vermillion },
  { size: 128, name: '128', color: COLORS.green },
  { size: 32, name: '32', color: COLORS.blue },
  { size: 8, name: '8', color: COLORS.black },
];

/** How fast the loss falls, by the number of sentences in a minibatch. */
export async function minibatches(scale: Scale): Promise<Measurement> {
  const most = scale.isQuick ? QUICK_SECONDS : SECONDS;
  const runs: { name: string; color: string; steps: number; tokens: number; seconds: number; points: Point[] }[] = [];
  for (const { size, name, color } of SIZES) {
    const run = await train({
      scale,
      name: `batch-${size}`,
      set: {
        batch_size: size,
        learn_rate: 0.003,
        schedule: 'constant',
        warmup_steps: 0,
        max_epochs: 100_000,
        eval_frequency: 1000,
        patience: 100_000,
      },
      until: ({ cpuSeconds }) => cpuSeconds.at(-1)! >= most,
    });
    const steps = run.losses.length;
    const tokens = run.tokens.reduce((sum, count) => sum + count, 0);
    runs.push({ name, color, steps, tokens, seconds: run.cpuSeconds.at(-1)!, points: windows(run) });
  }
  const svg = chart({
    title: 'Minibatches take many small steps in the time of one exact step',
    description: `Training loss per token by seconds of computing on one thread, for minibatches of ${SIZES.map(({ name }) => name).join(', ')} sentences. ${runs.map(({ name, points }) => `${name}: ${points.at(-1)![1].toFixed(3)} at the end`).join('; ')}.`,
    panelHeight: 320,
    nameWidth: 160,
    panels: [
      {
        title: 'Sentences a minibatch, and steps in that time; Adam with learn_rate 0.003 for all',
        x: { label: 'seconds of computing, one thread', min: 0, max: most },
        y: {
          label: 'training loss per token',
          log: true,
          min: 0.05,
          max: 3,
          ticks: [0.05, 0.1, 0.2, 0.5, 1, 2],
          format: String,
        },
        series: runs.map(({ name, color, steps, points }) => ({ name, detail: `${steps} steps`, color, points })),
      },
    ],
  });
  const table = [
    '| sentences a minibatch | steps a second | tokens a second | loss at the end |',
    '|---|---|---|---|',
    ...runs.map(({ name, steps, tokens, seconds, points }) => {
      const rates = [written(steps / seconds), `${(tokens / seconds / 1000).toFixed(0)} k`];
      return `| ${name} | ${rates.join(' | ')} | ${points.at(-1)![1].toFixed(3)} |`;
    }),
  ];
  return { figures: { minibatches: svg }, tables: { minibatches: table } };
}

/** Mean loss per token of the steps that began in each window of time; a step longer than that is a point of its own. */
function windows({ losses, tokens, cpuSeconds }: TrainingRun): Point[] {
  const sums = new Map<number, { loss: number; tokens: number; time: number; steps: number }>();
  losses.forEach((loss, i) => {
    const start = i === 0 ? 0 : cpuSeconds[i - 1];
    const window = Math.floor(start / WINDOW);
    const sum = sums.get(window) ?? { loss: 0, tokens: 0, time: 0, steps: 0 };
    sums.set(window, {
      loss: sum.loss + loss * tokens[i],
      tokens: sum.tokens + tokens[i],
      time: sum.time + start,
      steps: sum.steps + 1,
    });
  });
  return [...sums.values()].map((sum) => [sum.time / sum.steps, sum.loss / sum.tokens]);
}
