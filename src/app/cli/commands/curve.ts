import { Command } from 'commander';
import type { CurveFlags } from '#app/cli/curve.js';
import { sizeList, wholeNumber } from '#app/cli/option-values.js';
import { withReadFlags } from '#app/cli/read-flags.js';
import { AUTO } from '#training/config/recipes.js';

export function curveCommand(): Command {
  return withReadFlags(
    new Command('curve')
      .description(
        'Train on growing parts of annotated files and score all models on the same sentences: what more sentences have brought ' +
          'so far, and what 50 and 200 more would bring. No model is kept.',
      )
      .argument('<file...>', 'annotated sentences, in any format that train reads')
      .option('--dev <file>', 'sentences to score on; without it a fifth of the files is set apart')
      .option(
        '--sizes <list>',
        'sentences to learn from: 50,100,all (default: halves of all, down to 25)',
        sizeList('--sizes'),
      )
      .option('--seeds <n>', 'trainings of each size (default: 3)', wholeNumber('--seeds', { from: 1, to: 100 }))
      .option('--recipe <name>', 'as of train; auto chooses anew for each size', AUTO)
      .option('--seed <n>', 'the first seed; the same gives the same figures', wholeNumber('--seed', { from: 0 }))
      .option('--config <file>', 'as of train')
      .option('--set <key=value...>', 'as of train')
      .option('--vectors <file>', 'as of train')
      .option(
        '--workers <n>',
        'threads; the result does not depend on it',
        wholeNumber('--workers', { from: 1, to: 256 }),
      )
      .option('--queue <url>', 'hand the trainings to `onomast worker --trainings` by this Redis: redis://host:port')
      .option('--chart <file>', 'write the curve as a page with a chart')
      .option('--json', 'one JSON object instead of the table'),
  )
    .addHelpText('after', '\nExample:\n  onomast curve mine.conll --sizes 50,100,200,all')
    .action(async (files: string[], options: CurveFlags) => {
      const { runCurve } = await import('#app/cli/curve.js');
      await runCurve(files, options);
    });
}
