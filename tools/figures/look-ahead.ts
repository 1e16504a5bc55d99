import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { createRandom } from '#base/random.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { createBatch } from '#tagging/features/batch.js';
import { loadModel } from '#tagging/model/model-directory.js';
import { COLORS, chart, type Point } from '../charts/chart.js';
import type { Measurement, Scale } from './measurement.js';
import { train } from './training.js';

const tokenizer = createDefaultTokenizer();
const STYLES = [COLORS.vermillion, COLORS.green, COLORS.blue];
/**
 * The beginning up to a word that may be a name, then an end in which it is one and an end in which it is none. What
 * follows is all that tells them apart.
 */
const PAIRS = [
  ['He said, Teddy', 'Roosevelt was a great President.', 'bears are on sale.'],
  ['He asked, Will', 'Carter or his sister?', 'you come with us?'],
  ['She said, May', 'Chen is at the door.', 'we come in?'],
  ['She said, Mark', 'Evans never wrote back.', 'my words.'],
  ['He said, Rose', 'Adler has the keys.', 'petals are in the bowl.'],
  ['She wrote, Grant', 'Lee was there.', 'me one wish.'],
  ['They wanted Wellington', 'Moyo on the team.', 'boots for the rain.'],
  ['My aunt loves Chelsea', 'Okoro like a daughter.', 'buns with her tea.'],
  ['She likes Jordan', 'Ellis very much.', 'almonds very much.'],
  ['He said, Bill', 'Ogden paid in cash.', 'me at the end of the month.'],
];

/** What the next words are worth to a one-way network. */
export async function lookAhead(scale: Scale): Promise<Measurement> {
  const runs: { k: number; color: string; scores: Point[]; best: number; beliefs: number[][] }[] = [];
  for (const [k, color] of STYLES.entries()) {
    const set = { look_ahead: k, patience: 1000 };
    const { epochs, output } = await train({ scale, name: `look-ahead-${k}`, set, usesDev: true });
    const scores = epochs.map(({ epoch, dev }): Point => [epoch, 100 * dev!.micro.f1]);
    const best = Math.max(...scores.map(([, score]) => score));
    runs.push({ k, color, scores, best, beliefs: await beliefsOf(output) });
  }
  const lowest = Math.min(...runs.flatMap(({ scores }) => scores.slice(1).map(([, score]) => score)));
  const svg = chart({
    title: 'What looking ahead is worth to a one-way network',
    description: `Dev F1 by epoch on the bundled corpus. ${runs.map(({ k, best }) => `Look-ahead ${k} reaches ${best.toFixed(1)}`).join('; ')}.`,
    panelHeight: 300,
    nameWidth: 180,
    panels: [
      {
        title: 'Dev F1 (exact match) by epoch, all else being the default',
        x: { label: 'epoch', min: 0, max: runs[0].scores.length },
        y: { label: 'dev F1', min: Math.floor(lowest / 5) * 5 },
        series: runs.map(({ k, color, scores, best }) => ({
          name: `look_ahead ${k}`,
          detail: `best ${best.toFixed(1)}`,
          color,
          points: scores,
        })),
      },
    ],
  });
  const table = [
    `| \`look_ahead\` | best dev F1 | P(name) at Teddy, before "Roosevelt" | before "bears" | right at the word in question, of ${2 * PAIRS.length} |`,
    '|---|---|---|---|---|',
    ...runs.map(({ k, best, beliefs }) => {
      const right = beliefs.reduce((sum, [name, other]) => sum + Number(name > 0.5) + Number(other < 0.5), 0);
      const [name, other] = beliefs[0];
      return `| ${k} | ${best.toFixed(1)} | ${name.toFixed(3)} | ${other.toFixed(3)} | ${right} |`;
    }),
  ];
  return { figures: { 'look-ahead': svg }, tables: { 'look-ahead': table } };
}

/** For each pair the probability that its word is a name, before either end. */
async function beliefsOf(directory: string): Promise<number[][]> {
  const { kernels } = selectKernels();
  const { encoder, network, tagSet } = loadModel(directory, kernels).model;
  return PAIRS.map(([beginning, ...ends]) => {
    const at = tokenizer.tokenize(beginning).length - 1;
    return ends.map((end) => {
      const words = tokenizer.tokenize(`${beginning} ${end}`).map(({ text }) => text);
      const { output } = network.forward(createBatch([encoder.encode(words)]), {
        kernels,
        training: false,
        random: createRandom(0),
      });
      // The logits at that word alone, before any decoding, which would also look at what follows.
      const weights = Array.from(output.values.subarray(at * output.columns, (at + 1) * output.columns), Math.exp);
      return 1 - weights[tagSet.id('O')] / weights.reduce((sum, weight) => sum + weight, 0);
    });
  });
}
