import { Command } from 'commander';
import type { ReadFlags } from '#app/cli/convert-files.js';
import { note, print } from '#app/cli/output.js';
import { withReadFlags } from '#app/cli/read-flags.js';

interface ConvertCommandOptions extends ReadFlags {
  readonly to: string;
  readonly output: string;
  readonly split?: string;
  readonly recut?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The formats are looked up only where this command is meant: their readers need not be loaded for any other. */
export async function convertCommand(): Promise<Command> {
  const isMeant = process.argv[2] === 'convert';
  const formats = isMeant ? (await import('#annotation/formats/format-table.js')).describeFormats() : [];
  return withReadFlags(
    new Command('convert')
      .description('Convert annotated files from one format to another, and say what became of every name.')
      .argument('<in...>', 'files, directories of brat, or - for standard input')
      .requiredOption('--to <format>', 'the format that is written')
      .option('-o, --output <out>', 'a file, a directory, or - for standard output', '-')
      .option('--split <weights>', 'deal whole documents out into train, dev and test: 80:10:10')
      .option('--force', 'replace files that are there')
      .option('--json', 'the ledger as JSON (on standard error if the result goes to standard output)')
      .option('--quiet', 'no ledger'),
  )
    .addHelpText(
      'after',
      `\nFormats:\n${formats.map((line) => `  ${line}`).join('\n')}\n\nExample:\n  onomast convert export.json --to conll -o names.conll`,
    )
    .action(async (inputs: string[], options: ConvertCommandOptions) => {
      const { convertFromCommand } = await import('#app/cli/convert-files.js');
      const { text, json } = convertFromCommand(inputs, options);
      if (options.json) (options.output === '-' ? note : print)(JSON.stringify(json, null, 2));
      else if (!options.quiet) for (const line of text) note(line);
    });
}
