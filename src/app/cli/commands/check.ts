import { Command } from 'commander';
import { EXIT } from '#app/cli/exit-codes.js';
import { print } from '#app/cli/output.js';

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Look over annotated files before training: format, repairs, leaks between files, conflicts, rare labels.',
    )
    .argument('<file...>', 'one file, or train, dev and test in this order')
    .addHelpText('after', '\nExample:\n  onomast check train.conll dev.conll test.conll')
    .action(async (files: string[]) => {
      const { checkFiles } = await import('#app/services/check-files.js');
      const { text, lint } = await checkFiles(files);
      print(text);
      if (lint.errors > 0) process.exitCode = EXIT.failed;
    });
}
