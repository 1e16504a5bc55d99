import { Command, Option } from 'commander';
import { numberFrom } from '#app/cli/option-values.js';
import type { RedactCommandOptions } from '#app/cli/redact-options.js';

export function redactCommand(): Command {
  return new Command('redact')
    .description(
      'Hide the names in text, and what else is personal by its form: e-mail and web addresses, IP addresses, IBANs, card and ' +
        'telephone numbers. It hides what the model finds; a name that the model misses stays.',
    )
    .argument('[file...]', 'text files, one after the other; without any, standard input is read')
    .option('--model <dir>', 'model directory or registered name (default: the active model)')
    .addOption(
      new Option(
        '--operator <label=operator...>',
        'what is done with a label: replace, replace:TEXT, redact, mask, mask:CHARACTER, hash, encrypt, pseudonym or keep; ' +
          'DEFAULT is for all labels that are not named',
      ).default([], 'DEFAULT=replace'),
    )
    .option('--kinds <list>', 'what is looked for besides names, separated by commas; "" for nothing (default: all)')
    .option('--region <country>', 'two letters: telephone numbers without a country code are of this country')
    .option(
      '--threshold <score>',
      'leave names with a lower score, 0 to 1',
      numberFrom('--threshold', { from: 0, to: 1 }),
      0,
    )
    .option(
      '--word-threshold <p>',
      'also hide single words that are a name with this probability, 0 to 1: misses fewer',
      numberFrom('--word-threshold', { from: 0, to: 1 }),
    )
    .option('--key <file>', 'where the words behind pseudonyms are kept; read if it is there, so that numbers go on')
    .option('--secret-file <file>', 'the secret of hash and encrypt, at least 16 characters')
    .option('--restore', 'put back what pseudonyms and encryption hid')
    .option('--lines', 'every line is a text of its own')
    .addOption(
      new Option('--format <format>', 'jsonl prints one object a text, with what was hidden where')
        .choices(['text', 'jsonl'])
        .default('text'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  onomast redact letter.txt\n' +
        '  onomast redact --operator DEFAULT=pseudonym --key key.json letter.txt > letter.redacted.txt\n' +
        '  onomast redact --restore --key key.json letter.redacted.txt',
    )
    .action(async (files: string[], options: RedactCommandOptions) => {
      const { redactInput } = await import('#app/cli/redact-input.js');
      await redactInput(files, options);
    });
}
