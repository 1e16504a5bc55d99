import type { SeqevalReport } from '#tagging/evaluation/report.js';
import { AUTO } from '#training/config/recipes.js';
import { labelScoresOf, scoresOf } from '../final-report.js';
import { EXTRAS, megabytes, NAMES, percent } from './columns.js';
import {
  ablationsTable,
  additionsTable,
  cellsTable,
  directionsTable,
  lookAheadTable,
  vectorsTable,
} from './comparison-tables.js';
import { CORPORA } from './corpora.js';
import { automaticRecipe, ids, RECIPES, SIZES, type Size, TAGGERS } from './experiments.js';
import type { Row } from './results.js';
import { meanOf, minutes, signed, table, thousands, written } from './summary.js';
import type { View } from './view.js';

const SCORE_PARTS = ['precision', 'recall', 'f1'] as const;
type ScorePart = (typeof SCORE_PARTS)[number];

/** Makers of tables: each returns its lines, or none if nothing of it has been measured. */
export const TABLE_MAKERS: Readonly<Record<string, (view: View, ...args: string[]) => string[]>> = {
  corpora: corporaTable,
  curve: curveTable,
  auto: autoTable,
  labels: labelsTable,
  costs: costsTable,
  'look-ahead': lookAheadTable,
  cells: cellsTable,
  directions: directionsTable,
  ablations: ablationsTable,
  additions: additionsTable,
  vectors: vectorsTable,
};

function corporaTable({ corpora }: View): string[] {
  const head = ['corpus', 'text', 'train: sentences', 'tokens', 'names', 'dev: sentences', 'tokens', 'names'];
  const rows = Object.entries(CORPORA).flatMap(([name, { title, text }]) => {
    const counted = corpora[name];
    if (!counted) return [];
    const counts = [counted.train, counted.dev].flatMap((part) => [part.sentences, part.tokens, part.names]);
    return [[title, text, ...counts.map(thousands)]];
  });
  return rows.length > 0 ? table(head, rows) : [];
}

/** Taggers by sentences; the best mean of each column in bold. */
function curveTable(view: View, corpus: string): string[] {
  const sizes = SIZES[corpus];
  const cells = TAGGERS.map((tagger) => sizes.map((size) => view.f1(ids.curve(tagger, corpus, size))));
  if (cells.flat().every((cell) => !cell)) return [];
  const best = sizes.map((_, i) => Math.max(...cells.map((row) => row[i]?.mean ?? 0)));
  const isContest = sizes.map((_, i) => cells.filter((row) => row[i]).length > 1);
  const head = sizes.map((size) =>
    size === 'all' ? `all ${thousands(view.corpora[corpus]!.train.sentences)}` : thousands(size),
  );
  const { names, names_in_first } = view.corpora[corpus]!.train;
  return table(
    ['sentences', ...head],
    [
      ['*names in them*', ...sizes.map((size) => `*${thousands(size === 'all' ? names : names_in_first[size])}*`)],
      ...TAGGERS.map((tagger, t) => [
        NAMES[tagger],
        ...cells[t].map((cell, i) =>
          cell && isContest[i] && cell.mean === best[i] ? `**${written(cell)}**` : written(cell),
        ),
      ]),
    ],
  );
}

/** Each fixed recipe against what `auto` chooses for the corpus; only where one of each is measured. */
function autoTable(view: View): string[] {
  const rows = Object.entries(SIZES).flatMap(([corpus, sizes]) => sizes.flatMap((size) => autoRow(view, corpus, size)));
  if (rows.length === 0) return [];
  return table(['corpus', 'sentences', ...RECIPES.map((recipe) => NAMES[recipe]), NAMES[AUTO], 'to the best'], rows);
}

function autoRow(view: View, corpus: string, size: Size): string[][] {
  const meanWith = (tagger: string) => view.f1(ids.curve(tagger, corpus, size))?.mean;
  const means = RECIPES.map(meanWith);
  const best = Math.max(...means.map((mean) => mean ?? 0));
  const automatic = meanWith(AUTO);
  if (best === 0 || automatic === undefined) return [];
  const { name } = automaticRecipe(corpus, size);
  const all = view.corpora[corpus]!.train.sentences;
  return [
    [
      CORPORA[corpus].title,
      size === 'all' ? `all ${thousands(all)}` : thousands(size),
      ...means.map((mean) => mean?.toFixed(1) ?? '–'),
      `\`${name}\` ${automatic.toFixed(1)}`,
      signed(automatic - best),
    ],
  ];
}

/** Precision, recall and F1 of each label, trained on everything. */
function labelsTable(view: View, corpus: string): string[] {
  const taggers = TAGGERS.map((tagger) => ({ tagger, rows: view.rows(ids.curve(tagger, corpus, 'all')) })).filter(
    ({ rows }) => rows.length > 0,
  );
  if (taggers.length === 0) return [];
  const { dev } = taggers[0].rows[0];
  const labels = Object.keys(dev).flatMap((label) => {
    const scores = labelScoresOf(dev, label);
    return scores ? [{ label, number: scores.number }] : [];
  });
  const cell = (rows: readonly Row[], scores: (dev: SeqevalReport, part: ScorePart) => number) =>
    SCORE_PARTS.map((part) => (100 * meanOf(rows, (row) => scores(row.dev, part))!).toFixed(1)).join(' / ');
  const extras = EXTRAS.filter(([, value]) => taggers.some(({ rows }) => percent(rows, value) !== undefined));
  return table(
    ['precision / recall / F1', 'names in dev', ...taggers.map(({ tagger }) => NAMES[tagger])],
    [
      [
        'all',
        thousands(view.corpora[corpus]!.dev.names),
        ...taggers.map(({ rows }) => cell(rows, (report, part) => scoresOf(report)[`overall_${part}`])),
      ],
      ...labels.map(({ label, number }) => [
        label,
        thousands(number),
        ...taggers.map(({ rows }) => cell(rows, (report, part) => labelScoresOf(report, label)![part])),
      ]),
      ...extras.map(([title, value]) => [title, '', ...taggers.map(({ rows }) => percent(rows, value) ?? '–')]),
    ],
  );
}

/** What a training on everything takes. */
function costsTable(view: View): string[] {
  const rows = Object.keys(SIZES).flatMap((corpus) =>
    TAGGERS.flatMap((tagger) => {
      const measured = view.rows(ids.curve(tagger, corpus, 'all'));
      if (measured.length === 0) return [];
      const mean = (value: (row: Row) => number) => meanOf(measured, value)!;
      return [
        [
          CORPORA[corpus].title,
          NAMES[tagger],
          minutes(mean(({ seconds }) => seconds)),
          mean(({ epochs }) => epochs).toFixed(0),
          thousands(mean(({ parameters }) => parameters)),
          megabytes(mean(({ model_bytes }) => model_bytes)),
        ],
      ];
    }),
  );
  if (rows.length === 0) return [];
  return table(['corpus', 'tagger', 'training, one thread', 'epochs', 'parameters', 'model, MB'], rows);
}
