import { type AutomaticRecipe, chooseRecipe } from '#training/config/auto-recipe.js';
import { AUTO, RECIPES as PROGRAM_RECIPES } from '#training/config/recipes.js';
import { CORPORA } from './corpora.js';

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
  /** Whether the sentences of the training part after the first so many are read as unlabelled text. */
  readonly withRest?: true;
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
export const TAGGERS = [AUTO, ...RECIPES, CRF];
/** Of learning curves; a corpus that has fewer sentences is measured with all of them alone. */
export const SIZES: Readonly<Record<string, readonly Size[]>> = {
  uner_en_ewt: [60, 250, 500, 1000, 4000, 'all'],
  wnut17: [60, 250, 500, 1000, 'all'],
  broad_twitter_corpus_merged: [60, 250, 500, 1000, 4000, 'all'],
  docred_en: [60, 250, 1000, 4000, 'all'],
  uner_pt: [60, 250, 1000, 4000, 'all'],
  uner_hr: [60, 250, 1000, 4000, 'all'],
  uner_da: [60, 250, 1000, 'all'],
  turku_fi: [60, 250, 1000, 4000, 'all'],
  nerkor_hu: [60, 250, 1000, 4000, 'all'],
  uner_zh_gsdsimp: [60, 250, 1000, 'all'],
};
export const LOOK_AHEADS = [0, 1, 2, 3, 4];
export const CELLS = ['rnn', 'relu', 'gru', 'lstm'];

const SEEDS = [0, 1, 2];
const EWT = 'uner_en_ewt';
/** Measured with several seeds; the others once. */
const REPEATED = [EWT, 'wnut17', 'broad_twitter_corpus_merged'];

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

/** What is turned on or given beside what `auto` chooses, measured with it and without. */
export interface Addition {
  readonly id: string;
  readonly title: string;
  readonly corpus: string;
  readonly sentences: Size;
  readonly without: Settings;
  readonly with: Settings;
  readonly withRest?: true;
}

const memory = (corpus: string): Addition => ({
  id: `memory/${corpus}`,
  title: 'memory of the document',
  corpus,
  sentences: 'all',
  without: { memory: '0' },
  with: {},
});
const replacement = (corpus: string, sentences: Size): Addition => ({
  id: `replacement/${corpus}/${sentences}`,
  title: 'names exchanged: `name_replacement=0.2`',
  corpus,
  sentences,
  without: {},
  with: { name_replacement: 0.2 },
});
const unlabelled = (corpus: string, sentences: number): Addition => ({
  id: `unlabelled/${corpus}/${sentences}`,
  title: 'the rest as text: `--unlabelled`',
  corpus,
  sentences,
  without: {},
  with: {},
  withRest: true,
});
export const ADDITIONS: readonly Addition[] = [
  memory('docred_documents'),
  memory('ewt_documents'),
  replacement(EWT, 1000),
  replacement('docred_en', 1000),
  unlabelled(EWT, 250),
  unlabelled(EWT, 1000),
  unlabelled('wnut17', 250),
  unlabelled('uner_pt', 250),
  unlabelled('uner_zh_gsdsimp', 250),
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
  addition: ({ id }: Addition, side: 'with' | 'without') => `addition/${id}/${side}`,
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
      TAGGERS.flatMap((tagger) =>
        sizes.map((sentences) => ({
          id: ids.curve(tagger, corpus, sentences),
          corpus,
          sentences,
          ...settingsIn(tagger, corpus, sentences),
          // L-BFGS starts from zero and draws nothing.
          seeds: tagger !== CRF && REPEATED.includes(corpus) ? SEEDS : [0],
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
    ...ADDITIONS.flatMap((addition) =>
      (['without', 'with'] as const).map((side): Experiment => {
        const { corpus, sentences, withRest } = addition;
        const { recipe, set } = settingsIn(AUTO, corpus, sentences);
        const id = ids.addition(addition, side);
        const rest = side === 'with' && withRest && { withRest };
        return { id, corpus, sentences, recipe, set: { ...set, ...addition[side] }, ...rest, seeds: SEEDS };
      }),
    ),
    ...TABLE_CORPORA.flatMap((corpus) => {
      const base: Base = { corpus, sentences: corpus === EWT ? 4000 : 'all', recipe: 'names' };
      return [
        of(base, ids.noTable(corpus), { vectors: 'none' }),
        ...TABLES.map((table) => ({ ...of(base, ids.table(corpus, table), {}), table })),
      ];
    }),
  ];
}

/** What `--recipe auto` comes to on so many sentences of a corpus. */
export function automaticRecipe(corpus: string, sentences: Size): AutomaticRecipe {
  const { sentences: all, labels, isEnglish } = CORPORA[corpus];
  return chooseRecipe({
    sentences: sentences === 'all' ? all : sentences,
    names: 0, // said to the user, and nothing more
    labels,
    hasVectors: isEnglish,
  });
}

function settingsIn(tagger: string, corpus: string, sentences: Size): Pick<Experiment, 'recipe' | 'set'> {
  if (tagger !== AUTO) return { recipe: tagger, set: {} };
  const { name, options } = automaticRecipe(corpus, sentences);
  const { options: known } = PROGRAM_RECIPES[name];
  return {
    recipe: name,
    set: Object.fromEntries(Object.entries(options).filter(([key, value]) => known[key] !== value)),
  };
}

function of(base: Base, id: string, set: Settings): Experiment {
  return { ...base, id, set, seeds: SEEDS };
}
