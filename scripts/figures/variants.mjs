import { train } from './training.mjs';

const SEEDS = [0, 1, 2];
const EPOCHS = 6;
/** What `--set` would be given. */
const VARIANTS = [
  {},
  { look_ahead: 0 },
  { look_ahead: 1 },
  { look_ahead: 3 },
  { rnn_type: 'relu' },
  { rnn_type: 'gru' },
  { rnn_type: 'lstm' },
  { layers: 2 },
  { dropout: 0.2 },
  { dropout: 0.2, layers: 4 },
  { dropout: 0.2, layers: 4, residual: true },
  { dropout: 0.2, layers: 4, residual: true, normalization: 'layer' },
  { dropout: 0.1, layers: 8 },
  { dropout: 0.1, layers: 8, residual: true },
  { normalization: 'layer' },
  { normalization: 'batch' },
  { bidirectional: true },
  { bidirectional: true, look_ahead: 0 },
  { attention: 'causal' },
  { attention: 'sentence' },
  { crf: true },
  { char_filters: 50 },
  { rnn_type: 'lstm', bidirectional: true, crf: true, look_ahead: 0 },
  { L2: 0.0001 },
  { dropout: 0 },
  { word_dropout: 0 },
  { weight_average: 0 },
];

/** Every technique that an option switches, against the plain network, over several seeds. */
export async function variants() {
  const rows = [];
  for (const variant of VARIANTS) {
    const scores = [];
    let seconds = 0;
    let parameters = 0;
    for (const seed of SEEDS) {
      const set = { max_epochs: EPOCHS, eval_frequency: EPOCHS, ...variant };
      const run = await train({ name: 'variant', set, seed, usesDev: true });
      scores.push(100 * run.epochs.at(-1).dev.micro.f1);
      seconds += run.cpuSeconds.at(-1) / (EPOCHS * SEEDS.length);
      ({ parameters } = run);
    }
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const name =
      Object.entries(variant)
        .map(([key, value]) => `\`${key}=${value}\``)
        .join(' ') || 'the plain network';
    const range = `${Math.min(...scores).toFixed(1)} to ${Math.max(...scores).toFixed(1)}`;
    rows.push(
      `| ${name} | ${mean.toFixed(1)} | ${range} | ${seconds.toFixed(1)} | ${(parameters / 1000).toFixed(0)} k |`,
    );
    console.error(rows.at(-1));
  }
  const head = `| \`--set\` | dev F1 after ${EPOCHS} epochs, mean of ${SEEDS.length} seeds | range | seconds an epoch | parameters |`;
  return { figures: {}, tables: { variants: [head, '|---|---|---|---|---|', ...rows] } };
}
