import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { safeLabel } from '#annotation/tags/loose-tags.js';
import { chooseTokenizer } from '#annotation/text/tokenizers.js';
import { AppError, messageOf } from '#base/errors.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { currentNames, parseAssignments } from '#tagging/model/config-options.js';
import { chooseRecipe } from '#training/config/auto-recipe.js';
import { AUTO, findRecipe, type Recipe } from '#training/config/recipes.js';
import { ALL_OPTIONS, parseRunConfig, type RunConfig } from '#training/config/training-config.js';
import type { NoticeReport, RemarkReport } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import { type AnnotatedFileOptions, agreementNotice, readAnnotatedFiles, refuseMisaligned } from './annotated-files.js';
import { CONTINUED_TRAINING, changeSince, continueFrom, forgettingSince } from './continue-from.js';
import { corpusNotices } from './corpus-notices.js';
import { freeModelPath } from './free-model-path.js';
import { BUNDLED_CORPUS, MODELS_DIRECTORY } from './paths.js';
import { rehearse } from './rehearsal.js';
import { STUDENT_TRAINING } from './self-training.js';
import { sourceFileOf } from './source-files.js';
import {
  type CorpusParts,
  type FoldChoice,
  splitOff,
  type TrainReport,
  type TrainRequest,
  type TrainResult,
  train,
} from './train.js';
import { openUnlabelledText } from './unlabelled-text.js';

/** Of the corpus that comes with the program, where nothing else is asked for: learnt in under a minute. */
const BUNDLED_RECIPE = 'names';

/** What a person chooses of a training from files; everything has a default. */
export interface TrainFromFilesOptions {
  readonly train?: readonly string[];
  readonly dev?: string;
  readonly test?: string;
  readonly output?: string;
  /** `auto` unless told. */
  readonly recipe?: string;
  readonly seed?: number;
  /** A file with a JSON object of settings, `-` for standard input. */
  readonly config?: string;
  /** A model that the training goes on from, by directory or name; its network and vectors are those of the new one. */
  readonly base?: string;
  /** Annotated files of what `base` has learned, to be learned again beside `train`; true for the bundled corpus. Needs `base`. */
  readonly rehearse?: readonly string[] | true;
  /** Single settings as `key=value`; they override `config`, which overrides the recipe. */
  readonly set?: readonly string[];
  /** Single settings by name, which override `set`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly vectors?: string;
  /** Files of text that nobody annotated, of the kind that is to be tagged. */
  readonly unlabelled?: readonly string[];
  readonly kernels?: KernelChoice;
  readonly workers?: number;
  readonly resume?: boolean;
  /** Whether the model becomes the active one; if it is better than that unless told. */
  readonly activate?: boolean;
  /** Whether the registry of the home keeps the run and the model; it does unless told. */
  readonly isRecorded?: boolean;
  /** Parts by which the training files are scored where no `dev` is named; 0 for none, `auto` unless told: for few names. */
  readonly folds?: FoldChoice | undefined;
  /** How the annotated files are read. */
  readonly read?: AnnotatedFileOptions;
  /** Trains the models of folds elsewhere; here unless told. */
  readonly trainElsewhere?: TrainRequest['trainElsewhere'];
  /** Aborting leaves a checkpoint and ends the run with the error `interrupted`. */
  readonly signal?: AbortSignal;
}

/** From annotated files to a finished model. Without files it learns the bundled corpus. */
export async function* trainFromFiles(options: TrainFromFilesOptions): AsyncGenerator<TrainReport, TrainResult> {
  const { seed, notices: settingNotices, configOf } = settingsOf(options);
  const own = configOf({}); // no recipe chooses vectors or the form of tags
  const name = options.train ? basename(options.train[0], extname(options.train[0])) : 'names';
  const isToldPlain = own.model.tag_format === 'plain';
  refuseRehearsal(options);
  // Folds would score the rehearsed sentences, too.
  const folds = options.rehearse === undefined ? options.folds : 0;
  const { notices, isPlain, ...parts } = await readTrainingFiles({ ...options, folds }, seed, isToldPlain);
  yield* settingNotices;
  yield* notices;
  const inForm = (config: RunConfig): RunConfig => (isPlain ? withPlainTags(config) : config);
  const continued = options.base === undefined ? undefined : await continueFrom(options.base, parts.train.sentences);
  if (continued) yield* continued.remarks;
  const rehearsed =
    options.rehearse === undefined ? undefined : await rehearse(options.rehearse, { train: parts.train, seed });
  if (rehearsed) yield* rehearsed.remarks;
  const continuedConfig =
    continued && inForm(configOf({ ...CONTINUED_TRAINING, ...namedOptions(options), ...continued.settings }));
  const result = yield* train({
    ...parts,
    ...(rehearsed && { train: rehearsed.train }),
    output: options.output ?? freeModelPath(MODELS_DIRECTORY, name, false),
    ...(options.output === undefined && { modelName: name }),
    config: continuedConfig ?? inForm(own),
    ...(continued
      ? { base: continued.base, recipe: `from ${continued.base.name}` }
      : {
          chooseConfig: (hasVectors: boolean) => {
            const chosen = recipeFor(options, { sentences: parts.train.sentences, hasVectors });
            return {
              recipe: chosen.name,
              config: inForm(configOf(chosen.options)),
              student: inForm(configOf({ ...chosen.options, ...STUDENT_TRAINING })),
              remarks: chosen.remarks,
            };
          },
        }),
    seed,
    unlabelled: options.unlabelled && openUnlabelledText(options.unlabelled, chooseTokenizer(parts.train.sentences)),
    ...(options.trainElsewhere && { trainElsewhere: options.trainElsewhere }),
    resume: options.resume,
    kernels: options.kernels,
    workers: options.workers,
    isRecorded: options.isRecorded ?? true,
    activation: options.activate === undefined ? 'when_better' : options.activate ? 'always' : 'never',
    signal: options.signal,
  });
  if (continued) {
    yield* changeSince(continued, { sentences: (parts.dev ?? parts.train).sentences, labels: result.dev.labels });
    yield await forgettingSince(continued, { output: result.output, heldOut: rehearsed?.heldOut });
  }
  return result;
}

/** @throws {AppError} `invalid_argument` for a rehearsal without what it is of, or beside folds, which would score it too. */
function refuseRehearsal({ rehearse, base, folds = 'auto' }: TrainFromFilesOptions): void {
  if (rehearse === undefined) return;
  if (base === undefined)
    throw new AppError('invalid_argument', '--rehearse: expected --base beside it, whose data that are, found none');
  if (folds !== 'auto' && folds > 0)
    throw new AppError('invalid_argument', `--rehearse: expected no --folds beside it, found --folds ${folds}`);
}

/** Of a recipe that was named; none where it is left to the corpus. */
function namedOptions({ recipe = AUTO }: TrainFromFilesOptions): Recipe['options'] {
  return recipe === AUTO ? {} : findRecipe(recipe).options;
}

/** Settings of a person's own, which override those of any recipe. */
interface Settings {
  readonly seed: number;
  configOf(recipe: Recipe['options']): RunConfig;
  /** One for each option that was given under a former name. */
  readonly notices: readonly NoticeReport[];
}

export function settingsOf({ recipe = AUTO, config, set, settings, seed, vectors }: TrainFromFilesOptions): Settings {
  if (recipe !== AUTO) findRecipe(recipe); // said before files are read
  const given = { ...parseAssignments(set ?? []), ...settings, ...(vectors !== undefined && { vectors }) };
  const source = settings === undefined ? '--set' : 'settings';
  const assigned = currentNames(ALL_OPTIONS, given, source);
  const fromFile = currentNames(ALL_OPTIONS, config === undefined ? {} : readConfigFile(config), config ?? '');
  const { seed: ownSeed, ...own }: Record<string, unknown> = { ...fromFile.settings, ...assigned.settings };
  const notices = [...fromFile.renamed, ...assigned.renamed].map(({ former, current }) => ({
    type: 'notice' as const,
    message: `the option "${former}" is now called "${current}"; the former name is deprecated and still works`,
  }));
  const seedOrText = seed ?? ownSeed ?? 0;
  const seedNumber = Number(seedOrText);
  if (!Number.isSafeInteger(seedNumber) || seedNumber < 0 || String(seedOrText).trim() === '') {
    const found = JSON.stringify(seedOrText);
    throw new AppError('invalid_argument', `--seed: expected a whole number from 0, found ${found}`);
  }
  const where = config === undefined ? source : `${source} or ${config}`;
  const configOf = (options: Recipe['options']): RunConfig => parseRunConfig({ ...options, ...own }, where);
  configOf({});
  return { seed: seedNumber, configOf, notices };
}

export function recipeFor(
  { recipe = AUTO, train }: TrainFromFilesOptions,
  { sentences, hasVectors }: { readonly sentences: CorpusPart['sentences']; readonly hasVectors: boolean },
): { readonly name: string; readonly options: Recipe['options']; readonly remarks: readonly RemarkReport[] } {
  const told = recipe !== AUTO ? recipe : train === undefined ? BUNDLED_RECIPE : undefined;
  if (told !== undefined) return { name: told, options: findRecipe(told).options, remarks: [] };
  const chosen = chooseRecipe({
    sentences: sentences.length,
    names: sentences.reduce((sum, { tags }) => sum + tags.filter((tag) => tag.startsWith('B-')).length, 0),
    labels: labelsOf(sentences).length,
    hasVectors,
  });
  return {
    name: chosen.name,
    options: chosen.options,
    remarks: chosen.remarks.map((message) => ({ type: 'remark', message })),
  };
}

function readConfigFile(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (cause) {
    throw new AppError('invalid_config', `--config: cannot read "${path}" as JSON: ${messageOf(cause)}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AppError('invalid_config', `--config: expected a JSON object in "${path}"`);
}

/** What was read from files. */
export interface TrainingFiles extends CorpusParts {
  /** Tags are one class a token. */
  readonly isPlain: boolean;
}

/** The sentences of files, or of the bundled corpus where no file is named. */
export async function readTrainingFiles(
  {
    train,
    dev,
    test,
    folds = 'auto',
    read: options = {},
  }: Pick<TrainFromFilesOptions, 'train' | 'dev' | 'test' | 'folds' | 'read'>,
  seed: number,
  isToldPlain: boolean,
): Promise<TrainingFiles> {
  if (folds === 1) throw new AppError('invalid_argument', '--folds: expected 0 or at least 2, found 1');
  if (dev !== undefined && folds !== 'auto' && folds > 0)
    throw new AppError('invalid_argument', '--folds: expected no --dev beside it, found both; folds take its place');
  const notices: NoticeReport[] = [];
  const unused: (readonly string[])[] = [];
  let isPlain = isToldPlain;
  const read = async (files: readonly string[]): Promise<CorpusPart> => {
    const part = await readPart(files, isPlain ? { ...options, tagKind: 'plain' } : options);
    notices.push(...part.notices);
    unused.push(part.unusedRenames);
    isPlain ||= part.isPlain;
    return { name: part.name, sentences: part.sentences, files: part.files };
  };
  const testFile = test ?? (train ? undefined : BUNDLED_CORPUS.test);
  const trainPart = await read(train ?? [BUNDLED_CORPUS.train]);
  const isFolded = folds !== 'auto' && folds > 0;
  const devFile = dev ?? (train || isFolded ? undefined : BUNDLED_CORPUS.dev);
  const rest = { notices, isPlain, ...(testFile !== undefined && { test: await read([testFile]) }) };
  const devPart = devFile === undefined ? undefined : await read([devFile]);
  refuseUnknownRenames(unused, trainPart);
  if (devPart) return { train: trainPart, dev: devPart, ...rest };
  const { remarks, ...parts } = splitOff(trainPart, { seed, folds });
  return { ...rest, ...parts, notices: [...notices, ...remarks] };
}

/**
 * A label that no file has is a slip of the pen: what was to be renamed would be learned under the name it has.
 *
 * @throws {AppError} `invalid_argument`
 */
function refuseUnknownRenames([first, ...others]: readonly (readonly string[])[], train: CorpusPart): void {
  const unknown = first.find((label) => others.every((labels) => labels.includes(label)));
  if (unknown === undefined) return;
  const found = labelsOf(train.sentences).join(', ') || 'none';
  throw new AppError(
    'invalid_argument',
    `--map: expected a label of the files, found "${unknown}"; after renaming they have ${found}`,
  );
}

export function withPlainTags(config: RunConfig): RunConfig {
  return { ...config, model: { ...config.model, tag_format: 'plain' } };
}

async function readPart(
  files: readonly string[],
  options: AnnotatedFileOptions,
): Promise<
  Required<CorpusPart> & {
    readonly notices: readonly NoticeReport[];
    readonly isPlain: boolean;
    readonly unusedRenames: readonly string[];
  }
> {
  const { sentences, ledgers, agreement } = await readAnnotatedFiles(files, options);
  refuseMisaligned(ledgers);
  const difference = agreement === null ? null : agreementNotice(agreement);
  const messages = [...ledgers.flatMap(corpusNotices), ...(difference === null ? [] : [difference])];
  return {
    name: files.map((file) => basename(file)).join(', '),
    sentences,
    files: ledgers.map(sourceFileOf),
    notices: messages.map((message) => ({ type: 'notice', message })),
    isPlain: ledgers.every(({ scheme }) => scheme === 'plain'),
    unusedRenames: [...(options.labels?.keys() ?? [])].filter((label) =>
      ledgers.every(({ unusedRenames }) => unusedRenames.includes(safeLabel(label) ?? label)),
    ),
  };
}
