import { Command } from 'commander';
import type { ReadFlags } from '#app/cli/convert-files.js';
import { EXIT } from '#app/cli/exit-codes.js';
import { oneOf, wholeNumber } from '#app/cli/option-values.js';
import { print } from '#app/cli/output.js';
import { withReadFlags } from '#app/cli/read-flags.js';
import type { ShowOptions } from '#app/cli/show-training.js';
import type { TrainFromFilesOptions } from '#app/services/train-from-files.js';
import { AppError } from '#base/errors.js';
import { AUTO, RECIPES } from '#training/config/recipes.js';

interface TrainOptions extends Omit<TrainFromFilesOptions, 'read'>, ShowOptions, ReadFlags {
  readonly recut?: boolean;
  readonly queue?: string;
  readonly optionsHelp?: boolean;
}

export function trainCommand(): Command {
  return withReadFlags(
    new Command('train')
      .description('Train a tagger. With no option at all it learns the bundled corpus.')
      .option('--train <file...>', 'annotated files in any format that `onomast convert --help` lists')
      .option(
        '--dev <file>',
        'sentences to stop early by; without it a tenth of the training data is set apart, or see --folds',
      )
      .option(
        '--folds <k>',
        'score by k parts of the training data, each by a model that learned from the others, and learn from all; 0 for no ' +
          'folds (default: 5 where a tenth would hold fewer than 40 names)',
        wholeNumber('--folds', { from: 0, to: 100 }),
      )
      .option(
        '--queue <url>',
        'hand the trainings of --folds to `onomast worker --trainings` by this Redis: redis://host:port',
      )
      .option('--test <file>', 'sentences to score the finished model on, once')
      .option('--output <dir>', 'the model directory (default: models/names, or models/ and the training file)')
      .option(
        '--base <model>',
        'a model to go on from: its network, vectors and what it has learned are the start, its labels are kept where the ' +
          'files have them',
      )
      .option(
        '--rehearse [file...]',
        'against forgetting: as many sentences of what --base has learned are learned again beside the new ones, those that ' +
          'teach nothing wrong of either label set (default: of the bundled corpus)',
      )
      .option('--recipe <name>', 'named settings to start from; auto chooses by the corpus, and says why', AUTO)
      .option(
        '--seed <n>',
        'random seed; the same seed gives the same bytes (default: 0)',
        wholeNumber('--seed', { from: 0 }),
      )
      .option('--config <file>', 'JSON object of settings')
      .option('--set <key=value...>', 'single settings; they override --config, which overrides --recipe')
      .option(
        '--vectors <file>',
        'word vectors: a file that `onomast vectors` made, own (learned from the text itself), or none (default: auto, the ' +
          'English ones if they know the text, else own)',
      )
      .option(
        '--unlabelled <file...>',
        'plain text or corpora like what is to be tagged, which nobody needs to annotate: word vectors are learned from it ' +
          'where none fit; else, beside fewer than 2000 annotated sentences, what a first network is sure of in it',
      )
      .option(
        '--kernels <name>',
        'arithmetic: reference, simd or relaxed (default: the fastest this machine has)',
        oneOf('--kernels', ['reference', 'simd', 'relaxed']),
      )
      .option(
        '--workers <n>',
        'threads that train together; the result does not depend on it (default: one a core)',
        wholeNumber('--workers', { from: 1, to: 256 }),
      )
      .option('--activate', 'use the model from now on where none is named, whatever it scores')
      .option('--no-activate', 'do not (default: if it knows the labels of the active one and scores higher on dev)')
      .option('--resume', 'go on from the checkpoint that an interrupted training left')
      .option('--json', 'one JSON object a line instead of the table')
      .option('--quiet', 'no progress, only the result')
      .option('--options-help', 'list every setting of --set and --config, and the recipes'),
  )
    .addHelpText(
      'after',
      `\nRecipes:\n${recipeLines().join('\n')}\n\nExamples:\n  onomast train --train mine.conll --output models/mine --set max_epochs=20 --set hidden_size=200\n  onomast train --train mine.conll --base names-en`,
    )
    .action(async (options: TrainOptions) => {
      if (options.optionsHelp) return printOptions();
      const { trainFromFiles } = await import('#app/services/train-from-files.js');
      const { showTraining } = await import('#app/cli/show-training.js');
      const { readOptionsOf } = await import('#app/cli/convert-files.js');
      const read = { ...readOptionsOf(options), recut: options.recut ?? false };
      if (options.queue !== undefined && !(typeof options.folds === 'number' && options.folds > 0))
        throw new AppError(
          'invalid_argument',
          '--queue: expected --folds beside it, whose trainings go there, found none',
        );
      const { withTrainingQueue } = await import('#app/cli/with-training-queue.js');
      const { activation } = await showTraining(
        (signal) =>
          withTrainingQueue({ ...options, signal }, (trainElsewhere) =>
            trainFromFiles({ ...options, read, signal, ...(trainElsewhere && { trainElsewhere }) }),
          ),
        options,
      );
      if (activation.findsNothing) process.exitCode = EXIT.failed;
    });
}

async function printOptions(): Promise<void> {
  const { describeOptions } = await import('#tagging/model/config-options.js');
  const { ALL_OPTIONS } = await import('#training/config/training-config.js');
  print('Recipes (--recipe):');
  for (const line of recipeLines()) print(line);
  print('\nSettings (--set key=value, or a JSON object in a --config file):');
  for (const line of describeOptions(ALL_OPTIONS)) print(`  ${line}`);
}

function recipeLines(): string[] {
  const automatic = { summary: 'the default: the one of these that suits the corpus; says which, and why' };
  const all = Object.entries({ [AUTO]: automatic, ...RECIPES });
  const width = Math.max(...all.map(([name]) => name.length));
  return all.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
}
