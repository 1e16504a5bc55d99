import { COMPARED_EXTRAS, megabytes, NAMES, percent } from './columns.js';
import { CORPORA } from './corpora.js';
import {
  ABLATIONS,
  ADDITIONS,
  CELLS,
  COMPARED,
  DIRECTIONS,
  ids,
  LOOK_AHEADS,
  TABLE_CORPORA,
  TABLES,
} from './experiments.js';
import type { Row } from './results.js';
import { f1Of, meanOf, minutes, signed, table, thousands, written } from './summary.js';
import type { View } from './view.js';

const DIRECTION_NAMES: Readonly<Record<string, string>> = {
  'one-way': 'one-way, look-ahead 0',
  'one-way-look-ahead': '**one-way, look-ahead 2**',
  bidirectional: 'bidirectional',
  'bidirectional-look-ahead': 'bidirectional, look-ahead 2',
};
const BASES = Object.keys(COMPARED);

export function lookAheadTable(view: View): string[] {
  return compared(view, {
    title: 'look-ahead',
    choices: LOOK_AHEADS,
    idOf: (base, k) => ids.lookAhead(base, k),
    nameOf: String,
  });
}

export function cellsTable(view: View): string[] {
  return compared(view, {
    title: 'cell',
    choices: CELLS,
    idOf: (base, cell) => ids.cell(base, cell),
    nameOf: (cell) => `\`rnn_type=${cell}\``,
    columns: COST_COLUMNS,
  });
}

export function directionsTable(view: View): string[] {
  const names = DIRECTIONS.map(({ name }) => name);
  return compared(view, {
    title: '',
    choices: names,
    idOf: (base, name) => ids.direction(base, name),
    nameOf: (name) => DIRECTION_NAMES[name],
    columns: COST_COLUMNS,
  });
}

type CostColumn = readonly [title: string, value: (row: Row) => number, write: (value: number) => string];

const COST_COLUMNS: readonly CostColumn[] = [
  ['parameters', ({ parameters }) => parameters, thousands],
  ['training', ({ seconds }) => seconds, minutes],
];

interface Comparison<Choice> {
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly idOf: (base: string, choice: Choice) => string;
  readonly nameOf: (choice: Choice) => string;
  readonly columns?: readonly CostColumn[];
}

/** A row a choice; for every base recipe its F1 and further columns. */
function compared<Choice>(view: View, comparison: Comparison<Choice>): string[] {
  const { title, choices, idOf, nameOf, columns = [] } = comparison;
  const bases = BASES.filter((base) => choices.some((choice) => view.rows(idOf(base, choice)).length > 0));
  if (bases.length === 0) return [];
  return table(
    [title, ...bases.flatMap((base) => [`${NAMES[base]}: F1`, ...columns.map(([name]) => name)])],
    choices.map((choice) => [
      nameOf(choice),
      ...bases.flatMap((base) => {
        const rows = view.rows(idOf(base, choice));
        const further = columns.map(([, value, write]) => (rows.length > 0 ? write(meanOf(rows, value)!) : '–'));
        return [written(view.f1(idOf(base, choice))), ...further];
      }),
    ]),
  );
}

/** Without one thing each, beside the recipe as it is; sides of a switch on which the recipe is already are left out. */
export function ablationsTable(view: View): string[] {
  const whole = ids.recipe('accurate');
  const base = view.f1(whole);
  const variants = ABLATIONS.filter(({ name }) => !view.areAlike(ids.ablation(name), whole));
  const measured = variants.filter(({ name }) => view.rows(ids.ablation(name)).length > 0);
  if (!base || measured.length === 0) return [];
  const extras = COMPARED_EXTRAS.filter(([, value]) => percent(view.rows(whole), value) !== undefined);
  const row = (name: string, id: string, difference: string): string[] => [
    name,
    written(view.f1(id)),
    difference,
    ...extras.map(([, value]) => percent(view.rows(id), value) ?? '–'),
    thousands(meanOf(view.rows(id), ({ parameters }) => parameters)!),
    minutes(meanOf(view.rows(id), ({ seconds }) => seconds)!),
  ];
  return table(
    ['`accurate`', 'F1', 'change', ...extras.map(([title]) => title), 'parameters', 'training'],
    [
      row('as it is', whole, ''),
      ...measured.map(({ name, set }) => {
        const id = ids.ablation(name);
        const settings = Object.entries(set).map(([key, value]) => `\`${key}=${value}\``);
        return row(`${name}: ${settings.join(' ')}`, id, signed(meanOf(view.rows(id), f1Of)! - base.mean));
      }),
    ],
  );
}

/** What is added beside what `auto` chooses, with it and without. */
export function additionsTable(view: View): string[] {
  const rows = ADDITIONS.flatMap((addition) => {
    const [without, added] = (['without', 'with'] as const).map((side) => view.f1(ids.addition(addition, side)));
    if (!without || !added) return [];
    const { title, corpus, sentences } = addition;
    const size = sentences === 'all' ? 'all' : thousands(sentences);
    return [[title, CORPORA[corpus].title, size, written(without), written(added), signed(added.mean - without.mean)]];
  });
  if (rows.length === 0) return [];
  return table(['addition', 'corpus', 'sentences', 'without: F1', 'with: F1', 'change'], rows);
}

export function vectorsTable(view: View): string[] {
  const isMeasured = (id: string) => view.rows(id).length > 0;
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
          megabytes(first.vector_bytes!),
          ...TABLE_CORPORA.map((corpus) => written(view.f1(ids.table(corpus, choice)))),
        ];
      }),
    ],
  );
}
