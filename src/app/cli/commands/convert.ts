import { Command, Option } from 'commander';
import { note, print } from '#app/cli/output.js';

interface ConvertCommandOptions {
  readonly to: string;
  readonly output: string;
  readonly from?: string;
  readonly align: string;
  readonly overlap: string;
  readonly priority?: string;
  readonly map?: string[];
  readonly tagColumn?: string;
  readonly tagNames?: string;
  readonly tags?: 'spans' | 'plain';
  readonly fix?: string;
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
  return new Command('convert')
    .description('Convert annotated files from one format to another, and say what became of every name.')
    .argument('<in...>', 'files, directories of brat, or - for standard input')
    .requiredOption('--to <format>', 'the format that is written')
    .option('-o, --output <out>', 'a file, a directory, or - for standard output', '-')
    .option('--from <format>', 'the format that is read (default: found out from the content)')
    .addOption(
      new Option('--align <mode>', 'what becomes of names that do not begin and end with a word')
        .choices(['cut', 'strict', 'expand', 'contract', 'skip'])
        .default('cut'),
    )
    .addOption(
      new Option('--overlap <policy>', 'which of overlapping names is kept where only one can be')
        .choices(['longest', 'first', 'priority'])
        .default('longest'),
    )
    .option('--priority <labels>', 'labels for --overlap priority, the most important first: PER,ORG')
    .option('--map <old=new...>', 'rename labels')
    .option('--tag-column <n>', 'the column with the tags, counted from 1')
    .option('--tag-names <names>', 'names of tags that the file holds as numbers: O,B-PER,I-PER')
    .addOption(
      new Option('--tags <kind>', 'whether tags are names or one class a token (default: found out)').choices([
        'spans',
        'plain',
      ]),
    )
    .option('--fix <mistake>', 'undo a mistake that the whole file shares; the ledger says which')
    .option('--split <weights>', 'deal whole documents out into train, dev and test: 80:10:10')
    .option('--recut', 'cut the words again as `onomast tag` does')
    .option('--force', 'replace files that are there')
    .option('--json', 'the ledger as JSON (on standard error if the result goes to standard output)')
    .option('--quiet', 'no ledger')
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
