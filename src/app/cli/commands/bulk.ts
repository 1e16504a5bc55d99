import { Command, Option } from 'commander';
import type { BulkCommandOptions } from '#app/cli/bulk-options.js';
import { numberFrom, wholeNumber } from '#app/cli/option-values.js';

export function bulkCommand(): Command {
  return new Command('bulk')
    .description(
      'Find the names in very many texts, on all cores, in bounded memory. Line n of an input is line n of its results. ' +
        'Killed at any moment, the same command goes on: no text is lost or done twice.',
    )
    .argument('<file...>', 'JSON lines with a text each, one text a line, or with --from any format that convert reads')
    .requiredOption('--output <dir>', 'folder for the results, the list of failures, and how far the job is')
    .option('--model <dir>', 'model directory or registered name (default: the active model)')
    .addOption(
      new Option('--input <kind>', 'how texts are written; auto goes by the first line')
        .choices(['auto', 'jsonl', 'lines'])
        .default('auto'),
    )
    .option('--from <format>', 'the files are annotated, in this format of convert: their texts are tagged anew')
    .option('--to <format>', 'write the results in this format of convert too, in a folder of its name')
    .option('--member <name>', 'the member of a JSON line that holds its text', 'text')
    .option(
      '--threshold <score>',
      'leave out names with a lower score, 0 to 1',
      numberFrom('--threshold', { from: 0, to: 1 }),
      0,
    )
    .option('--workers <n>', 'threads (default: one a core)', wholeNumber('--workers', { from: 1, to: 256 }))
    .option('--queue <url>', 'hand the texts to `onomast worker`s by this Redis: redis://host:port')
    .option(
      '--files <dir>',
      'with --queue: a folder that the workers see too; they are told places in its files, not sent the texts',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  onomast bulk letters.jsonl --output letters.names\n  onomast bulk old.conll --from conll --output new --to brat',
    )
    .action(async (files: string[], options: BulkCommandOptions) => {
      const { bulk } = await import('#app/cli/bulk.js');
      await bulk(files, options);
    });
}
