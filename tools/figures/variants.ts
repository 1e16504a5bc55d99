import type { Measurement, Scale } from './measurement.js';
import { train } from './training.js';

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

/** Every technique that an option switches, against the plain network: one run each, so a point of F1 is no difference. */
export async function variants(scale: Scale): Promise<Measurement> {
  const rows: string[] = [];
  for (const variant of VARIANTS) {
    const set = { max_epochs: EPOCHS, eval_frequency: EPOCHS, ...variant };
    const { epochs, cpuSeconds, parameters } = await train({ scale, name: 'variant', set, usesDev: true });
    const score = 100 * epochs.at(-1)!.dev!.micro.f1;
    const seconds = cpuSeconds.at(-1)! / EPOCHS;
    const name =
      Object.entries(variant)
        .map(([key, value]) => `\`${key}=${value}\``)
        .join(' ') || 'the plain network';
    rows.push(`| ${name} | ${score.toFixed(1)} | ${seconds.toFixed(1)} | ${(parameters / 1000).toFixed(0)} k |`);
    console.error(rows.at(-1));
  }
  const head = `| \`--set\` | dev F1 after ${EPOCHS} epochs | seconds an epoch | parameters |`;
  return { figures: {}, tables: { variants: [head, '|---|---|---|---|', ...rows] } };
}
