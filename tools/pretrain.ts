// Trains the model that ships with the program from the bundled corpus and public ones, measures it, writes its card, and
// only then puts it into models/names-en. The recipe is in pretrain/recipe.ts, the corpora and what becomes of their labels
// in pretrain/corpora.ts. Its npm script is not called `pretrain`, for npm would run that before every `npm run train`.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { wholeNumber } from '#app/cli/option-values.js';
import { assertWritableModelPath } from '#tagging/model/model-directory.js';
import { scoresOf } from './final-report.js';
import { assertCorpora, readTrainingData } from './pretrain/data.js';
import { finishModel } from './pretrain/finish.js';
import { readModelFiles } from './pretrain/model-files.js';
import { assertNameLists } from './pretrain/name-lists.js';
import { HELD_OUT, MAX_BYTES, QUICK, RECIPE, type Stage } from './pretrain/recipe.js';
import { trainModel } from './pretrain/train.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const NAME = 'names-en';

const USAGE = `Usage: npm run pretraining -- [options]

  --corpora DIR   folder of the public corpora (default: ONOMAST_CORPORA, else ../shared/corpora)
  --lists DIR     folder of the lists of names (default: ONOMAST_GAZETTEERS, else ../shared/gazetteers)
  --output DIR    the model directory (default: models/${NAME})
  --set KEY=VALUE a setting that overrides the recipe; repeatable
  --seed N        random seed (default: ${RECIPE.seed})
  --workers N     threads (default: one a core); the result does not depend on it
  --work DIR      where the unfinished training is; kept, and gone on from when it is there (default: a temporary folder)
  --base DIR      the model that the stages before the last would make: only the last is trained, from its weights
  --from DIR      train nothing: measure this finished model, write its card and put it into place
  --quick         a smoke test of seconds; needs --output`;

try {
  await main(readOptions());
} catch (error) {
  const { code, message: reason } = error as NodeJS.ErrnoException;
  const isInterrupted = code === 'interrupted';
  const message = isInterrupted ? 'interrupted; with --work DIR the same command would go on from here' : reason;
  console.error(`pretrain: ${message}`);
  process.exitCode = isInterrupted ? 130 : /^(ERR_PARSE_ARGS|invalid_argument)/.test(code ?? '') ? 2 : 1;
}

async function main({ corpora, lists, output, set, seed, workers, work, base, from, quick }: Options): Promise<void> {
  assertCorpora(corpora);
  assertNameLists(lists);
  assertWritableModelPath(output);
  const limit = quick ? QUICK.sentences : Number.POSITIVE_INFINITY;
  const readFor = (stage: Stage) =>
    readTrainingData({ directory: corpora, corpora: stage.corpora, seed, heldOut: HELD_OUT, limit });
  const last = RECIPE.stages.length - 1;
  const corpus = await readFor(RECIPE.stages[last]);
  const directory = work ?? mkdtempSync(join(tmpdir(), 'onomast-pretraining-'));
  try {
    let trained = from ?? base;
    let start = base;
    for (const [i, stage] of RECIPE.stages.entries()) {
      if (from !== undefined || (base !== undefined && i < last)) continue;
      const stageCorpus = i === last ? corpus : await readFor(stage);
      console.error(`stage ${i + 1} of ${RECIPE.stages.length}`);
      for (const { corpus: source, train, dev, leaks } of stageCorpus.sources) {
        console.error(`${source.id.padEnd(28)} ${train} sentences to train, ${dev} to stop by, ${leaks} left out`);
      }
      const made = join(directory, i === last ? NAME : `stage-${i + 1}`);
      const isDone = work !== undefined && i < last && existsSync(join(made, 'meta.json'));
      if (!isDone) {
        await trainModel({
          corpus: stageCorpus,
          stage,
          ...(trained !== undefined && { base: trained }),
          lists,
          output: made,
          set,
          seed,
          workers,
          resume: work !== undefined,
          maxBytes: MAX_BYTES,
        });
      }
      start = trained;
      trained = made;
    }
    if (trained === undefined) throw new Error('the recipe has no stage');
    const changes = [...(seed === RECIPE.seed ? [] : [`--seed ${seed}`]), ...set.map((setting) => `--set ${setting}`)];
    const command = ['npm run pretraining', ...(changes.length > 0 ? ['--', ...changes] : [])].join(' ');
    const { bytes, figures } = await finishModel({
      from: trained,
      output,
      name: NAME,
      corpus,
      ...(start !== undefined && { start: readModelFiles(start) }),
      command,
      kernels: RECIPE.kernels,
      maxBytes: MAX_BYTES,
    });
    for (const { title, part, report } of figures.sets) {
      console.log(`F1 ${(100 * scoresOf(report).overall_f1).toFixed(2).padStart(6)}  ${title}, ${part}`);
    }
    console.log(`${output}: ${(bytes / 1e6).toFixed(2)} MB`);
  } finally {
    if (work === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

interface Options {
  readonly quick: boolean;
  readonly work?: string;
  readonly base?: string;
  readonly from?: string;
  readonly corpora: string;
  readonly lists: string;
  readonly output: string;
  readonly set: readonly string[];
  readonly seed: number;
  readonly workers: number;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      corpora: { type: 'string' },
      lists: { type: 'string' },
      output: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', default: String(RECIPE.seed) },
      workers: { type: 'string', default: String(availableParallelism()) },
      work: { type: 'string' },
      base: { type: 'string' },
      from: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const { quick, work, base, from } = values;
  if (quick && values.output === undefined) {
    throw usageError('--quick makes no model to ship: --output must name a folder for it');
  }
  const quickSettings = Object.entries(QUICK.set).map(([key, value]) => `${key}=${value}`);
  return {
    quick,
    ...(work !== undefined && { work: resolve(work) }),
    ...(base !== undefined && { base: resolve(base) }),
    ...(from !== undefined && { from: resolve(from) }),
    corpora: resolve(PROJECT, values.corpora ?? process.env.ONOMAST_CORPORA ?? '../shared/corpora'),
    lists: resolve(PROJECT, values.lists ?? process.env.ONOMAST_GAZETTEERS ?? '../shared/gazetteers'),
    output: resolve(values.output ?? join(PROJECT, 'models', NAME)),
    set: [...(quick ? quickSettings : []), ...values.set],
    seed: wholeNumber('--seed', { from: 0 })(values.seed),
    workers: wholeNumber('--workers', { from: 1 })(values.workers),
  };
}

function usageError(message: string): Error {
  return Object.assign(new Error(`${message}\n\n${USAGE}`), { code: 'ERR_PARSE_ARGS_VALUE' });
}
