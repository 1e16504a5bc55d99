import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { AppError } from '#base/errors.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import type { FinalEvaluation } from '#tagging/evaluation/final-evaluation.js';
import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { type AnnotatedFileOptions, readAnnotatedFiles } from './annotated-files.js';
import { specOf, withModelList } from './model-list.js';
import type { TrainReport } from './train.js';

/** What a training of the library may be told; all but `train` and `output` has a default. */
export interface LibraryTrainOptions {
  /** Annotated files, in any format that is read. */
  readonly train: string | readonly string[];
  /** To stop early by; a tenth of `train`, or folds, unless told. */
  readonly dev?: string;
  /** Parts by which `train` is scored where there is no `dev`; 0 for none. 5 unless told, if a tenth would hold few names. */
  readonly folds?: number;
  /** Scored once at the end. */
  readonly test?: string;
  /** Directory of the model; new, empty, or that of an earlier model, which is replaced. */
  readonly output: string;
  /** `auto` unless told: chosen by the corpus. */
  readonly recipe?: string;
  /** Single settings, which override the recipe: `{ hidden_size: 64 }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** The same seed gives the same bytes; 0 unless told. */
  readonly seed?: number;
  /**
   * A table of word vectors, `own` for some that are learned from the text itself, or `none`; unless told, the English one where
   * it knows the text, else own.
   */
  readonly vectors?: string;
  /** Files of text that nobody annotated, of the kind that is to be tagged: own vectors are learned from it too. */
  readonly unlabelled?: readonly string[];
  /** Threads; one a core unless told. The result does not depend on it. */
  readonly workers?: number;
  /** Goes on from the checkpoint of an interrupted training. */
  readonly resume?: boolean;
  /** How the files are read. */
  readonly read?: AnnotatedFileOptions;
  /** Also keeps the run and the model in the registry of `ONOMAST_HOME`, as the command line does; false unless told. */
  readonly isRecorded?: boolean;
  /** Aborting leaves a checkpoint and ends the training with the error `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told what happens, step by step. */
  readonly onReport?: (report: TrainReport) => void;
}

/** A model that was trained. */
export interface TrainedModel {
  /** Its directory, for `loadTagger`. */
  readonly path: string;
  readonly meta: ModelMeta;
  /** With 95 % intervals of F1; of folds, where those took the place of a dev part. */
  readonly dev: FinalEvaluation;
  /** Null where there was no test part. */
  readonly test: FinalEvaluation | null;
  /** Null where a dev part was scored. */
  readonly folds: number | null;
  readonly epochs: number;
  /** Of training alone. */
  readonly seconds: number;
}

/**
 * Trains a model from annotated files, in threads of its own.
 *
 * @throws {AppError} `invalid_argument`, `invalid_config`, `malformed_corpus` and what else reading throws, `empty_corpus`,
 *   `io_error`, `disk_full`, `interrupted`, `numerical_failure`.
 *
 * @example
 * const { path, dev } = await train({ train: 'mine.conll', output: 'models/mine' });
 * const tagger = await loadTagger(path);
 */
export async function train(options: LibraryTrainOptions): Promise<TrainedModel> {
  const { train: files, output, settings = {}, isRecorded = false, onReport, ...rest } = checked(options);
  // Only now: training brings along what tagging never loads, the database among it.
  const { trainFromFiles } = await import('./train-from-files.js');
  const run = trainFromFiles({ ...rest, train: files, output, settings, isRecorded });
  for (;;) {
    const { done, value } = await run.next();
    if (!done) {
      onReport?.(value);
      continue;
    }
    const { meta, dev, test, folds, epochs, seconds } = value;
    return { path: value.output, meta, dev, test, folds, epochs, seconds };
  }
}

/**
 * Scores a tagger on annotated files, or on sentences: entity-level precision, recall and F1, exact match, as conlleval counts
 * them.
 *
 * @throws {AppError} `invalid_argument`, and what reading throws.
 */
export async function evaluate(
  tagger: Pick<Tagger, 'tagWords'>,
  annotated: string | readonly string[] | readonly LabelledSentence[],
  options: AnnotatedFileOptions = {},
): Promise<Evaluation> {
  if (typeof tagger?.tagWords !== 'function') throw invalid('evaluate: "tagger" must be what loadTagger gives', tagger);
  const sentences = isSentences(annotated)
    ? annotated
    : (await readAnnotatedFiles(filesOf(annotated, 'evaluate: "annotated"'), options)).sentences;
  return evaluateTagger(tagger, sentences);
}

/** A model of this home, or the one that ships. */
export interface ListedModel {
  /** `name@version`; version 0 ships with the program. */
  readonly spec: string;
  /** Its directory, for `loadTagger`. */
  readonly path: string;
  readonly labels: readonly string[];
  /** F1 on the dev part of its training, 0 to 1. */
  readonly f1: number | null;
  /** The one that the command line and the server use where none is named. */
  readonly isActive: boolean;
}

/** The models registered in `ONOMAST_HOME`, newest first, and after them the one that ships. Looking creates no file. */
export async function models(): Promise<readonly ListedModel[]> {
  return withModelList((all) => {
    const active = all.active();
    return all.list().map(({ name, version, path, labels, scores }) => {
      const spec = specOf({ name, version });
      const f1 = typeof scores.f1 === 'number' ? scores.f1 : null;
      return { spec, path, labels, f1, isActive: active !== undefined && specOf(active) === spec };
    });
  });
}

type CheckedTrainOptions = Omit<LibraryTrainOptions, 'train'> & { readonly train: readonly string[] };

const OPTION_TYPES: Readonly<Record<Exclude<keyof LibraryTrainOptions, 'train'>, string>> = {
  dev: 'string',
  folds: 'number',
  test: 'string',
  output: 'string',
  recipe: 'string',
  settings: 'object',
  seed: 'number',
  vectors: 'string',
  unlabelled: 'object',
  workers: 'number',
  resume: 'boolean',
  read: 'object',
  isRecorded: 'boolean',
  signal: 'object',
  onReport: 'function',
};

function checked(options: LibraryTrainOptions): CheckedTrainOptions {
  if (typeof options !== 'object' || options === null) throw invalid('train: "options" must be an object', options);
  const { train: files, ...rest } = options;
  const read = filesOf(files, 'train: "train"');
  for (const [name, value] of Object.entries(rest)) {
    if (!Object.hasOwn(OPTION_TYPES, name)) {
      const known = ['train', ...Object.keys(OPTION_TYPES)].join(', ');
      throw new AppError('invalid_argument', `train: there is no option "${name}", only ${known}`);
    }
    const type = OPTION_TYPES[name as keyof typeof OPTION_TYPES];
    if (value !== undefined && (typeof value !== type || value === null))
      throw invalid(`train: "${name}" must be ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`, value);
  }
  if (!rest.output) throw invalid('train: "output" must name a directory', rest.output);
  const { workers, folds } = rest;
  if (folds !== undefined && !(Number.isInteger(folds) && folds >= 0 && folds !== 1))
    throw invalid('train: "folds" must be 0 or a whole number above 1', folds);
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0))
    throw invalid('train: "workers" must be a whole number above 0', workers);
  if (rest.unlabelled !== undefined) filesOf(rest.unlabelled, 'train: "unlabelled"');
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(given) as typeof rest), train: read };
}

function filesOf(files: unknown, name: string): readonly string[] {
  const list: unknown[] = Array.isArray(files) ? files : [files];
  if (list.length > 0 && list.every((file) => typeof file === 'string' && file !== '')) return list as string[];
  throw invalid(`${name} must be a file, or a list of files`, files);
}

function isSentences(value: unknown): value is readonly LabelledSentence[] {
  return Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null;
}

function invalid(expectation: string, found: unknown): AppError {
  const shown = Array.isArray(found) ? `a list of ${found.length}` : found === null ? 'null' : typeof found;
  return new AppError('invalid_argument', `${expectation}, found ${found === '' ? '""' : shown}`);
}
