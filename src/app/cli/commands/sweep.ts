import { Command } from 'commander';
import { wholeNumber } from '#app/cli/option-values.js';
import { withReadFlags } from '#app/cli/read-flags.js';
import type { SweepFlags } from '#app/cli/sweep.js';
import { AUTO } from '#training/config/recipes.js';

export function sweepCommand(): Command {
  return withReadFlags(
    new Command('sweep')
      .description(
        'Train with every combination of some settings and score all models on the same sentences, best first. No model is kept.',
      )
      .argument('<file...>', 'annotated sentences, in any format that train reads')
      .option('--dev <file>', 'sentences to score on; without it a fifth of the files is set apart')
      .requiredOption('--try <key=v1,v2...>', 'values of a setting; several settings are combined')
      .option('--seeds <n>', 'trainings of each combination (default: 3)', wholeNumber('--seeds', { from: 1, to: 100 }))
      .option('--recipe <name>', 'as of train', AUTO)
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
      .option('--json', 'one JSON object instead of the table'),
  )
    .addHelpText(
      'after',
      '\nExample:\n  onomast sweep mine.conll --try learn_rate=0.001,0.002,0.004 --try hidden_size=64,128',
    )
    .action(async (files: string[], options: SweepFlags) => {
      const { runSweep } = await import('#app/cli/sweep.js');
      await runSweep(files, options);
    });
}
