import { Command, Option } from 'commander';
import { numberFrom } from '#app/cli/option-values.js';
import { TAG_FORMATS, TAG_INPUTS, type TagCommandOptions } from '#app/cli/tag-options.js';

export function tagCommand(): Command {
  return new Command('tag')
    .description('Find the names in text given as arguments, on standard input or in files.')
    .argument('[text...]', 'each argument is one text; without any, standard input is read; files with --output-dir')
    .option('--model <dir>', 'model directory or registered name (default: the active model)')
    .addOption(
      new Option(
        '--input <kind>',
        'what the input is: jsonl and csv are records with a text, whose other members pass through; conll is text that is ' +
          'tokenised already, whose other columns pass through (default: told by the names of files, else text)',
      ).choices(TAG_INPUTS),
    )
    .addOption(
      new Option(
        '--format <format>',
        'text marks names as [Ada|PER]; jsonl reads and writes one text or record a line; conll prints each token, its other ' +
          'columns if it had any, and the predicted tag; html is a page that holds all it needs',
      )
        .choices(TAG_FORMATS)
        .default('text'),
    )
    .option('--column <name>', 'the column of csv or member of jsonl that holds the text', 'text')
    .option('--output-dir <dir>', 'the arguments are files: tag each into a file of this directory')
    .option(
      '--threshold <score>',
      'leave out names with a lower score, 0 to 1',
      numberFrom('--threshold', { from: 0, to: 1 }),
      0,
    )
    .addOption(
      new Option('--memory <switch>', 'off tags every sentence as if it stood alone, whatever its text said before')
        .choices(['on', 'off'])
        .default('on'),
    )
    .addOption(
      new Option('--offset-unit <unit>', 'what offsets count').choices(['utf16', 'codepoint', 'utf8']).default('utf16'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  onomast tag --format json "He said, Teddy Roosevelt was a great President."\n  onomast tag --format html --output-dir tagged letters/*.txt',
    )
    .action(async (texts: string[], options: TagCommandOptions) => {
      const { tagInput } = await import('#app/cli/tag-input.js');
      await tagInput(texts, options);
    });
}
