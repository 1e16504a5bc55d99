import { Command, Option } from 'commander';

import type { TagCommandOptions } from '#app/cli/tag-input.js';

export function tagCommand(): Command {
  return new Command('tag')
    .description('Find the names in text given as arguments or on standard input.')
    .argument('[text...]', 'each argument is one text; without any, standard input is read')
    .option('--model <dir>', 'model directory or registered name (default: the active model)')
    .addOption(
      new Option('--input <kind>', 'what the input is; conll is text that is tokenised already')
        .choices(['text', 'conll'])
        .default('text'),
    )
    .addOption(
      new Option(
        '--format <format>',
        'text marks names as [Ada|PER]; jsonl reads and writes one text a line; conll prints token, gold if given, predicted',
      )
        .choices(['json', 'jsonl', 'conll', 'text'])
        .default('text'),
    )
    .option('--threshold <score>', 'leave out names with a lower score, 0 to 1')
    .addOption(
      new Option('--memory <switch>', 'off tags every sentence as if it stood alone, whatever its text said before')
        .choices(['on', 'off'])
        .default('on'),
    )
    .addOption(
      new Option('--offset-unit <unit>', 'what offsets count').choices(['utf16', 'codepoint', 'utf8']).default('utf16'),
    )
    .addHelpText('after', '\nExample:\n  onomast tag --format json "He said, Teddy Roosevelt was a great President."')
    .action(async (texts: string[], options: TagCommandOptions) => {
      const { tagInput } = await import('#app/cli/tag-input.js');
      await tagInput(texts, options);
    });
}
