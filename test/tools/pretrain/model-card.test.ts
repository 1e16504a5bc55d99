import { describe, expect, test } from 'vitest';
import type { LabelReport } from '#tagging/evaluation/report.js';
import { BUNDLED, PUBLIC } from '../../../tools/pretrain/corpora.js';
import type { SetFigures } from '../../../tools/pretrain/measure.js';
import { type Facts, modelCard } from '../../../tools/pretrain/model-card.js';

const scores = (number: number, f1: number): LabelReport => ({
  number,
  precision: f1 + 0.01,
  recall: f1 - 0.01,
  f1,
  f1_interval: [f1 - 0.02, f1 + 0.02],
});
const set = (title: string, f1: number): SetFigures => ({
  title,
  part: 'dev',
  sentences: 10,
  tokens: 100,
  report: {
    overall_precision: f1 + 0.01,
    overall_recall: f1 - 0.01,
    overall_f1: f1,
    overall_f1_interval: [f1 - 0.02, f1 + 0.02],
    case_lower_f1: 0.512,
    case_upper_f1: 0.623,
    case_title_f1: 0.734,
    seen_recall: 0.911,
    seen_number: 1200,
    unseen_recall: 0,
    unseen_number: 0,
    PER: scores(1000, f1),
    LOC: scores(234, 0.5),
  },
});
const NO_BINS = { number: 0, bins: [], bins_uncalibrated: [] };
const facts: Facts = {
  meta: {
    name: 'names-en',
    description: 'rnn with 128 hidden units',
    license: 'CC-BY-SA-4.0',
    parameters: 1_234_567,
    seed: 3,
    created: '2026-01-02T03:04:05.678Z',
    data_sha256: 'd'.repeat(64),
    onomast: '0.1.0',
    node: '20.19.0',
    vectors: { name: 'GloVe 6B 100d', language: 'en', license: 'PDDL', source: 'https://nlp.stanford.edu/glove' },
  },
  config: { model: { hidden_size: 128 }, training: { dropout: 0.5, name_replacement: 0.2 } },
  figures: {
    sets: [set('Web', 0.8), set('Tweets | more', 0.4)],
    calibration: {
      temperature: 1.25,
      number: 4321,
      bins_uncalibrated: [],
      ece: 0.012,
      ece_uncalibrated: 0.087,
      bins: [
        { from: 0.8, to: 0.9, number: 0, mean_score: null, share_correct: null },
        { from: 0.9, to: 1, number: 4321, mean_score: 0.95, share_correct: 0.9 },
      ],
    },
    mistakes: [
      { label: 'PER', gold: 100, right: 80, otherLabel: 5, otherBounds: 5, missed: 10, invented: 7 },
      { label: 'ORG', gold: 0, right: 0, otherLabel: 0, otherBounds: 0, missed: 0, invented: 2 },
    ],
    origins: [{ origin: 'Yoruba', names: 30, recall: 0.7 }],
  },
  sources: [BUNDLED, ...PUBLIC].map((corpus, i) => ({ corpus, train: 1000 + i, dev: 100, leaks: i })),
  files: [{ name: 'weights.safetensors', bytes: 4_000_000, sha256: 'a'.repeat(64) }],
  space: [{ what: '– embedding.word.weight (1000 × 64)', bytes: 256_000 }],
  speed: { coldStartMs: 182.4, wordsPerSecond: 123_456.7, machine: 'a processor, Node 20.19.0' },
  start: [{ name: 'weights.safetensors', bytes: 3, sha256: 'b'.repeat(64) }],
  command: 'npm run pretraining -- --seed 3',
  kernels: 'simd',
};
const card = modelCard(facts);

describe('modelCard', () => {
  test.each([
    ['its name', '# names-en\n'],
    ['sentences, best and worst', 'learnt from 8,028 annotated sentences'],
    ['the easiest', '80.0 on the text it finds easiest (Web, dev) and 40.0 on the hardest (Tweets | more, dev)'],
    ['each use', 'npx onomast tag --model names-en'],
    ['the library', "loadTagger('models/names-en')"],
    ['scores with intervals', '| **Web, dev** | all | 1,234 | 81.0 | 79.0 | 80.0 (78.0–82.0) |'],
    ['scores of a label', '|  | LOC | 234 | 51.0 | 49.0 | 50.0 (48.0–52.0) |'],
    ['a bar in a title', '**Tweets \\| more, dev**'],
    ['letter cases', '| Web, dev | 80.0 | 51.2 | 62.3 | 73.4 |'],
    ['no names that were not seen', '| Web, dev | 1,200 | 91.1 | 0 | – |'],
    ['calibration', '| 0.9 to 1.0 | 4,321 | 95.0 | 90.0 |'],
    ['its error', '\nby 1.2 points on average (expected calibration error), by 8.7 before'],
    ['the temperature', 'calibrated (temperature 1.25).'],
    ['mistakes in percent', '| PER | 100 | 80.0 | 5.0 | 5.0 | 10.0 | 7 |'],
    ['mistakes without gold names', '| ORG | 0 | – | – | – | – | 2 |'],
    ['origins', '| Yoruba | 30 | 70.0 |'],
    ['vectors', 'GloVe 6B 100d (https://nlp.stanford.edu/glove), licence PDDL'],
    ['size', '1,234,567 learned numbers, 4.00 MB on disk'],
    ['what takes the room', '| – embedding.word.weight (1000 × 64) | 256,000 |'],
    ['speed', 'one tagged sentence: 182 ms. Tagging: 123,457 words a second'],
    ['settings', '"hidden_size": 128,\n "dropout": 0.5'],
    ['lists of names', '20.0 % of the sentences, drawn afresh in every epoch'],
    ['their licences', '| football clubs | CC0 1.0 | github.com/openfootball/clubs |'],
    ['the stages', `The last began with weights of SHA-256 \`${'b'.repeat(64)}\``],
    ['the command', '```sh\nnpm run pretraining -- --seed 3\n```'],
    ['seed and kernels', 'Seed 3, kernels `simd`, Onomast 0.1.0, Node 20.19.0, 2026-01-02'],
    ['hashes of files', `| \`weights.safetensors\` | 4,000,000 | \`${'a'.repeat(64)}\` |`],
    ['the hash of the data', 'd'.repeat(64)],
    ['the licence', 'The program is under the MIT licence; **this model is not**'],
  ])('tells %s', (_, text) => {
    expect(card).toContain(text);
  });

  test('names licence and authors of every corpus', () => {
    for (const { license, attribution } of [BUNDLED, ...PUBLIC]) {
      expect(card).toContain(` ${license} |`);
      expect(card).toContain(`: ${attribution}.\n`);
    }
  });

  test('has no hole: every figure is there, every row has as many cells as its head', () => {
    expect(card).not.toMatch(/undefined|NaN|\[object|Infinity/);
    const rows = card.split('\n').map((line) => (line.startsWith('|') ? line.match(/(?<!\\)\|/g)!.length : 0));
    rows.forEach((bars, i) => {
      if (bars > 0 && rows[i - 1] > 0) expect(bars, card.split('\n')[i]).toBe(rows[i - 1]);
    });
  });

  test.each([
    [{ temperature: 1, ece: 0.012, ece_uncalibrated: 0.012, ...NO_BINS }, 'average (expected calibration error).\n'],
    [{ temperature: 1.25, ece: null, ece_uncalibrated: null, ...NO_BINS }, 'No name was found.\n'],
  ])('calibration: %j', (calibration, text) => {
    expect(modelCard({ ...facts, figures: { ...facts.figures, calibration } })).toContain(text);
  });

  test('says nothing of lists or stages where there are none', () => {
    const training = { ...facts.config.training, name_replacement: 0 };
    const { start: _, ...withoutStart } = facts;
    const plain = modelCard({ ...withoutStart, config: { ...facts.config, training } });
    expect(plain).not.toMatch(/football clubs|The last began with/);
  });

  test('a label that nowhere occurs has no row', () => {
    expect(card).not.toContain('|  | ORG |');
  });

  test('says so where there are no vectors', () => {
    const { vectors: _, ...meta } = facts.meta;
    expect(modelCard({ ...facts, meta })).toContain('\nThere are no pretrained word vectors.\n');
  });
});
