/**
 * What is measured: data, no program. An experiment is trained once a seed; two that come to the same settings (a recipe with
 * `look_ahead=2`, and the recipe itself where that is its default) share their runs.
 */
export interface Experiment {
  /** What `--only` is matched against, with `/seed` behind it. */
  readonly id: string;
  readonly corpus: string;
  readonly sentences: Size;
  /** One of `onomast train`, or {@link CRF}. */
  readonly recipe: string;
  /** As `--set`, over the recipe. */
  readonly set: Settings;
  /** Vectors made for this experiment, in place of the recipe's. */
  readonly table?: VectorTableChoice;
  readonly seeds: readonly number[];
}

/** The first so many sentences of the training part. */
export type Size = number | 'all';
export type Settings = Readonly<Record<string, unknown>>;

/** As `onomast vectors` takes them; `like` prefers words that are like the names of the bundled corpus. */
export interface VectorTableChoice {
  readonly words: number;
  readonly dims: number;
  readonly bits: number;
  readonly like: boolean;
}

interface Variant {
  readonly name: string;
  readonly set: Settings;
}

type Base = Pick<Experiment, 'corpus' | 'sentences' | 'recipe'>;

/** The peer with features made by hand, in place of a recipe. */
export const CRF = 'crfsuite';
export const RECIPES = ['names', 'accurate', 'tiny'];
export const TAGGERS = [...RECIPES, CRF];
/** Of learning curves; a corpus that has fewer sentences is measured with all of them alone. */
export const SIZES: Readonly<Record<string, readonly Size[]>> = {
  uner_en_ewt: [250, 500, 1000, 4000, 'all'],
  wnut17: [250, 500, 1000, 'all'],
  broad_twitter_corpus_merged: [250, 500, 1000, 4000, 'all'],
};
export const LOOK_AHEADS = [0, 1, 2, 3, 4];
export const CELLS = ['rnn', 'relu', 'gru', 'lstm'];

const SEEDS = [0, 1, 2];
const EWT = 'uner_en_ewt';

/** Where networks are compared with each other: the cheap recipe on everything, the dear one on a third of it. */
export const COMPARED: Readonly<Record<'names' | 'accurate', Base>> = {
  names: { corpus: EWT, sentences: 'all', recipe: 'names' },
  accurate: { corpus: EWT, sentences: 4000, recipe: 'accurate' },
};

export const DIRECTIONS: readonly Variant[] = [
  { name: 'one-way', set: { bidirectional: false, look_ahead: 0 } },
  { name: 'one-way-look-ahead', set: { bidirectional: false, look_ahead: 2 } },
  { name: 'bidirectional', set: { bidirectional: true, look_ahead: 0 } },
  { name: 'bidirectional-look-ahead', set: { bidirectional: true, look_ahead: 2 } },
];

/** Both sides of every switch: the side on which the recipe already is is no ablation, and is left out of the table. */
export const ABLATIONS: readonly Variant[] = [
  { name: 'no word vectors', set: { vectors: 'none' } },
  { name: 'no learned word embedding', set: { word_dimension: 0 } },
  { name: 'no affixes', set: { affix_dimension: 0 } },
  { name: 'no shape', set: { shape_dimension: 0 } },
  { name: 'no characters', set: { char_filters: 0 } },
  { name: 'with characters', set: { char_filters: 50 } },
  { name: 'vectors frozen', set: { fine_tune_vectors: false } },
  { name: 'vectors fine-tuned', set: { fine_tune_vectors: true } },
  { name: 'no weight averaging', set: { weight_average: 0 } },
  { name: 'no CRF', set: { crf: false } },
  { name: 'with a CRF', set: { crf: true } },
  { name: 'no case augmentation', set: { case_augmentation: 0 } },
  { name: 'with case augmentation', set: { case_augmentation: 0.2 } },
];

export const TABLE_CORPORA = [EWT, 'wnut17'];
export const TABLES: readonly VectorTableChoice[] = [
  ...[20_000, 40_000, 100_000, 340_000].map((words) => ({ words, dims: 100, bits: 8, like: false })),
  ...[20_000, 40_000, 100_000].map((words) => ({ words, dims: 100, bits: 8, like: true })),
  ...[40_000, 100_000, 340_000].map((words) => ({ words, dims: 100, bits: 4, like: false })),
  ...[40_000, 100_000, 340_000].map((words) => ({ words, dims: 50, bits: 8, like: false })),
];

export const ids = {
  curve: (recipe: string, corpus: string, sentences: Size) => `curve/${recipe}/${corpus}/${sentences}`,
  lookAhead: (recipe: string, k: number) => `look-ahead/${recipe}/${k}`,
  cell: (recipe: string, cell: string) => `cell/${recipe}/${cell}`,
  direction: (recipe: string, name: string) => `direction/${recipe}/${name}`,
  ablation: (name: string) => `ablation/${name.replaceAll(' ', '-')}`,
  recipe: (recipe: string) => `recipe/${recipe}`,
  table: (corpus: string, { words, dims, bits, like }: VectorTableChoice) =>
    `vectors/${corpus}/${words}x${dims}x${bits}${like ? '-like' : ''}`,
  noTable: (corpus: string) => `vectors/${corpus}/none`,
};

export function allExperiments(): Experiment[] {
  const compared = Object.values(COMPARED);
  return [
    ...Object.entries(SIZES).flatMap(([corpus, sizes]) =>
      TAGGERS.flatMap((recipe) =>
        sizes.map((sentences) => ({
          id: ids.curve(recipe, corpus, sentences),
          corpus,
          sentences,
          recipe,
          set: {},
          // L-BFGS starts from zero and draws nothing.
          seeds: recipe === CRF ? [0] : SEEDS,
        })),
      ),
    ),
    ...compared.flatMap((base) => [
      of(base, ids.recipe(base.recipe), {}),
      ...LOOK_AHEADS.map((k) => of(base, ids.lookAhead(base.recipe, k), { look_ahead: k })),
      ...CELLS.map((cell) => of(base, ids.cell(base.recipe, cell), { rnn_type: cell })),
    ]),
    ...['names', 'accurate'].flatMap((recipe) =>
      DIRECTIONS.map(({ name, set }) =>
        of({ corpus: EWT, sentences: 'all', recipe }, ids.direction(recipe, name), set),
      ),
    ),
    ...ABLATIONS.map(({ name, set }) => of(COMPARED.accurate, ids.ablation(name), set)),
    ...TABLE_CORPORA.flatMap((corpus) => {
      const base: Base = { corpus, sentences: corpus === EWT ? 4000 : 'all', recipe: 'names' };
      return [
        of(base, ids.noTable(corpus), { vectors: 'none' }),
        ...TABLES.map((table) => ({ ...of(base, ids.table(corpus, table), {}), table })),
      ];
    }),
  ];
}

function of(base: Base, id: string, set: Settings): Experiment {
  return { ...base, id, set, seeds: SEEDS };
}
