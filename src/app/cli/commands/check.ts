import { Command } from 'commander';
import type { ReadFlags } from '#app/cli/convert-files.js';
import { EXIT } from '#app/cli/exit-codes.js';
import { wholeNumber } from '#app/cli/option-values.js';
import { print, printJson } from '#app/cli/output.js';
import { withReadFlags } from '#app/cli/read-flags.js';

interface CheckOptions extends ReadFlags {
  readonly maxErrors?: number;
  readonly recut?: boolean;
  readonly json?: boolean;
}

export function checkCommand(): Command {
  return withReadFlags(
    new Command('check')
      .description(
        'Look over annotated files before training: format, repairs, leaks between files, conflicts, rare labels.',
      )
      .argument('<file...>', 'one file, or train, dev and test in this order')
      .option(
        '--max-errors <n>',
        'lines that cannot be read and are listed (default: 50)',
        wholeNumber('--max-errors', { from: 0 }),
      )
      .option('--json', 'what was found as one JSON object, with the ledger of each file'),
  )
    .addHelpText('after', '\nExample:\n  onomast check train.conll dev.conll test.conll')
    .action(async (files: string[], options: CheckOptions) => {
      const { checkFiles } = await import('#app/services/check-files.js');
      const { readOptionsOf } = await import('#app/cli/convert-files.js');
      const { text, lint, ledgers } = await checkFiles(files, {
        ...readOptionsOf(options),
        recut: options.recut ?? false,
        ...(options.maxErrors !== undefined && { maxFaults: options.maxErrors }),
      });
      if (options.json) printJson({ ledgers, ...lint });
      else print(text);
      if (lint.errors > 0 || ledgers.some(({ faults }) => faults.length > 0)) process.exitCode = EXIT.failed;
    });
}
