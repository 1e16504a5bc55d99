import { type Command, Option } from 'commander';
import { wholeNumber } from './option-values.js';

/** Options that every command which reads annotated files has in common. */
export function withReadFlags(command: Command): Command {
  return command
    .option('--from <format>', 'the format of the files (default: found out from the content)')
    .addOption(
      new Option(
        '--align <mode>',
        'what becomes of names that do not begin and end with a word (default: cut)',
      ).choices(['cut', 'strict', 'expand', 'contract', 'skip']),
    )
    .addOption(
      new Option('--overlap <policy>', 'which of overlapping names is kept (default: longest)').choices([
        'longest',
        'first',
        'priority',
      ]),
    )
    .option('--priority <labels>', 'labels for --overlap priority, the most important first: PER,ORG')
    .option('--map <old=new...>', 'rename labels')
    .option('--tag-column <n>', 'the column with the tags, counted from 1', wholeNumber('--tag-column', { from: 1 }))
    .option('--tag-names <names>', 'names of tags that the file holds as numbers: O,B-PER,I-PER')
    .addOption(
      new Option('--tags <kind>', 'whether tags are names or one class a token (default: found out)').choices([
        'spans',
        'plain',
      ]),
    )
    .option(
      '--fix <mistake>',
      'undo a mistake that a whole file shares, as `onomast check` names it: inclusive-ends, crlf',
    )
    .option('--recut', 'cut the words again as `onomast tag` does');
}
