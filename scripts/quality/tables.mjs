import { CORPORA } from './corpora.mjs';
import {
  ABLATIONS,
  CELLS,
  COMPARED,
  DIRECTIONS,
  ids,
  LOOK_AHEADS,
  SIZES,
  TABLE_CORPORA,
  TABLES,
  TAGGERS,
} from './experiments.mjs';
import { f1Of, meanOf, minutes, signed, summaryOf, table, thousands, written } from './summary.mjs';

/** What a tagger is called in tables. */
export const NAMES = { names: '`names`', accurate: '`accurate`', tiny: '`tiny`', crfsuite: 'CRF, features by hand' };
const DIRECTION_NAMES = {
  'one-way': 'one-way, look-ahead 0',
  'one-way-look-ahead': '**one-way, look-ahead 2**',
  bidirectional: 'bidirectional',
  'bidirectional-look-ahead': 'bidirectional, look-ahead 2',
};
/** Rows of a report beside its labels: only where the program that was measured told them. */
const EXTRAS = [
  ['recall of names not in the training data', (dev) => dev.unseen_recall],
  ['F1 in small letters', (dev) => dev.case_lower_f1],
  ['F1 in capitals', (dev) => dev.case_upper_f1],
  ['F1 in title case', (dev) => dev.case_title_f1],
  ['calibration error of the scores', (dev) => dev.calibration?.ece],
  ['the same before calibration', (dev) => dev.calibration?.ece_uncalibrated],
];
/** Those that stand beside F1 where parts of a network are compared. */
const COMPARED_EXTRAS = EXTRAS.slice(0, 2);
const BASES = Object.keys(COMPARED);

/** Makers of tables: each returns its lines, or none if nothing of it has been measured. */
export const TABLE_MAKERS = {
  corpora: corporaTable,
  curve: curveTable,
  labels: labelsTable,
  costs: costsTable,
  'look-ahead': lookAheadTable,
  cells: cellsTable,
  directions: directionsTable,
  ablations: ablationsTable,
  vectors: vectorsTable,
};

function corporaTable({ corpora }) {
  const head = ['corpus', 'text', 'train: sentences', 'tokens', 'names', 'dev: sentences', 'tokens', 'names'];
  const rows = Object.entries(CORPORA)
    .filter(([name]) => corpora[name])
    .map(([name, { title, text }]) => {
      const counts = [corpora[name].train, corpora[name].dev].flatMap((part) => [
        part.sentences,
        part.tokens,
        part.names,
      ]);
      return [title, text, ...counts.map(thousands)];
    });
  return rows.length > 0 ? table(head, rows) : [];
}

/** Taggers by sentences; the best mean of each column in bold. */
function curveTable(view, corpus) {
  const sizes = SIZES[corpus];
  const cells = TAGGERS.map((tagger) => sizes.map((size) => view.f1(ids.curve(tagger, corpus, size))));
  if (cells.flat().every((cell) => !cell)) return [];
  const best = sizes.map((_, i) => Math.max(...cells.map((row) => row[i]?.mean ?? 0)));
  const isContest = sizes.map((_, i) => cells.filter((row) => row[i]).length > 1);
  const head = sizes.map((size) =>
    size === 'all' ? `all ${thousands(view.corpora[corpus].train.sentences)}` : thousands(size),
  );
  const { names, names_in_first } = view.corpora[corpus].train;
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

/** Precision, recall and F1 of each label, trained on everything. */
function labelsTable(view, corpus) {
  const taggers = TAGGERS.map((tagger) => ({ tagger, rows: view.rows(ids.curve(tagger, corpus, 'all')) })).filter(
    ({ rows }) => rows.length > 0,
  );
  if (taggers.length === 0) return [];
  const labels = Object.entries(taggers[0].rows[0].dev).flatMap(([label, scores]) =>
    typeof scores === 'object' && scores !== null && 'f1' in scores ? [[label, scores.number]] : [],
  );
  const cell = (rows, scores) =>
    ['precision', 'recall', 'f1']
      .map((part) => (100 * meanOf(rows, ({ dev }) => scores(dev, part))).toFixed(1))
      .join(' / ');
  const extras = EXTRAS.filter(([, value]) => taggers.some(({ rows }) => percent(rows, value) !== undefined));
  return table(
    ['precision / recall / F1', 'names in dev', ...taggers.map(({ tagger }) => NAMES[tagger])],
    [
      [
        'all',
        thousands(view.corpora[corpus].dev.names),
        ...taggers.map(({ rows }) => cell(rows, (dev, part) => dev[`overall_${part}`])),
      ],
      ...labels.map(([label, number]) => [
        label,
        thousands(number),
        ...taggers.map(({ rows }) => cell(rows, (dev, part) => dev[label][part])),
      ]),
      ...extras.map(([title, value]) => [title, '', ...taggers.map(({ rows }) => percent(rows, value) ?? '–')]),
    ],
  );
}

/** Mean of a share that not every report tells; undefined unless all of these do. */
function percent(rows, value) {
  const values = rows.map(({ dev }) => value(dev));
  if (values.length === 0 || values.some((one) => one === undefined || one === null)) return undefined;
  return (100 * summaryOf(values).mean).toFixed(1);
}

/** What a training on everything takes. */
function costsTable(view) {
  const rows = Object.keys(CORPORA).flatMap((corpus) =>
    TAGGERS.flatMap((tagger) => {
      const measured = view.rows(ids.curve(tagger, corpus, 'all'));
      if (measured.length === 0) return [];
      const mean = (value) => meanOf(measured, value);
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

function lookAheadTable(view) {
  return compared(view, 'look-ahead', LOOK_AHEADS, (base, k) => ids.lookAhead(base, k), String);
}

function cellsTable(view) {
  return compared(
    view,
    'cell',
    CELLS,
    (base, cell) => ids.cell(base, cell),
    (cell) => `\`rnn_type=${cell}\``,
    COST_COLUMNS,
  );
}

function directionsTable(view) {
  const names = DIRECTIONS.map(({ name }) => name);
  return compared(
    view,
    '',
    names,
    (base, name) => ids.direction(base, name),
    (name) => DIRECTION_NAMES[name],
    COST_COLUMNS,
  );
}

const COST_COLUMNS = [
  ['parameters', ({ parameters }) => parameters, thousands],
  ['training', ({ seconds }) => seconds, minutes],
];

/** A row a choice; for every base recipe its F1 and further columns. */
function compared(view, title, choices, idOf, nameOf, columns = []) {
  const bases = BASES.filter((base) => choices.some((choice) => view.rows(idOf(base, choice)).length > 0));
  if (bases.length === 0) return [];
  return table(
    [title, ...bases.flatMap((base) => [`${NAMES[base]}: F1`, ...columns.map(([name]) => name)])],
    choices.map((choice) => [
      nameOf(choice),
      ...bases.flatMap((base) => {
        const rows = view.rows(idOf(base, choice));
        const further = columns.map(([, value, write]) => (rows.length > 0 ? write(meanOf(rows, value)) : '–'));
        return [written(view.f1(idOf(base, choice))), ...further];
      }),
    ]),
  );
}

/** Without one thing each, beside the recipe as it is; sides of a switch on which the recipe is already are left out. */
function ablationsTable(view) {
  const whole = ids.recipe('accurate');
  const base = view.f1(whole);
  const variants = ABLATIONS.filter(({ name }) => !view.areAlike(ids.ablation(name), whole));
  const measured = variants.filter(({ name }) => view.rows(ids.ablation(name)).length > 0);
  if (!base || measured.length === 0) return [];
  const extras = COMPARED_EXTRAS.filter(([, value]) => percent(view.rows(whole), value) !== undefined);
  const row = (name, id, difference) => [
    name,
    written(view.f1(id)),
    difference,
    ...extras.map(([, value]) => percent(view.rows(id), value) ?? '–'),
    thousands(meanOf(view.rows(id), ({ parameters }) => parameters)),
    minutes(meanOf(view.rows(id), ({ seconds }) => seconds)),
  ];
  return table(
    ['`accurate`', 'F1', 'change', ...extras.map(([title]) => title), 'parameters', 'training'],
    [
      row('as it is', whole, ''),
      ...measured.map(({ name, set }) => {
        const id = ids.ablation(name);
        const settings = Object.entries(set).map(([key, value]) => `\`${key}=${value}\``);
        return row(`${name}: ${settings.join(' ')}`, id, signed(meanOf(view.rows(id), f1Of) - base.mean));
      }),
    ],
  );
}

function vectorsTable(view) {
  const isMeasured = (id) => view.rows(id).length > 0;
  const tables = TABLES.filter((choice) => TABLE_CORPORA.some((corpus) => isMeasured(ids.table(corpus, choice))));
  if (tables.length === 0) return [];
  return table(
    ['words', 'dimensions', 'bits', 'MB', ...TABLE_CORPORA.map((corpus) => `${CORPORA[corpus].title}: F1`)],
    [
      ['none', '', '', '', ...TABLE_CORPORA.map((corpus) => written(view.f1(ids.noTable(corpus))))],
      ...tables.map((choice) => {
        const [first] = TABLE_CORPORA.flatMap((corpus) => view.rows(ids.table(corpus, choice)));
        return [
          `${thousands(choice.words)}${choice.like ? ', like names' : ''}`,
          String(choice.dims),
          String(choice.bits),
          megabytes(first.vector_bytes),
          ...TABLE_CORPORA.map((corpus) => written(view.f1(ids.table(corpus, choice)))),
        ];
      }),
    ],
  );
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}
