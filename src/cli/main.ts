#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { AppError, messageOf } from '../errors.js';
import { ONOMAST_VERSION } from '../version.js';
import { checkCommand } from './commands/check.js';
import { evaluateCommand } from './commands/evaluate.js';
import { gradcheckCommand } from './commands/gradcheck.js';
import { modelsCommand } from './commands/models.js';
import { serveCommand } from './commands/serve.js';
import { tagCommand } from './commands/tag.js';
import { trainCommand } from './commands/train.js';
import { EXIT } from './exit-codes.js';

/** The only place that turns errors into text and exit codes. Results go to stdout, everything else to stderr. */
async function main(): Promise<number> {
  const program = new Command('onomast')
    .description('A name tagger you train yourself.')
    .version(ONOMAST_VERSION)
    .showHelpAfterError('(add --help for the options and an example)')
    .exitOverride();
  for (const create of [
    trainCommand,
    evaluateCommand,
    tagCommand,
    checkCommand,
    gradcheckCommand,
    modelsCommand,
    serveCommand,
  ]) {
    program.addCommand(create().exitOverride().showHelpAfterError('(add --help for the options and an example)'));
  }
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    process.stderr.write(`${describe(error)}\n`);
    if (!(error instanceof AppError)) return EXIT.failed;
    if (error.code === 'interrupted') return EXIT.interrupted;
    return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed;
  }
}

const USAGE_CODES: ReadonlySet<string> = new Set(['invalid_argument', 'invalid_config']);

function describe(error: unknown): string {
  if (error instanceof AppError) return `onomast: ${error.message} [${error.code}]`;
  const detail = process.env.ONOMAST_DEBUG && error instanceof Error ? `\n${error.stack}` : '';
  return `onomast: ${messageOf(error)} [internal]${detail}`;
}

// A reader that closes early (`onomast tag … | head -1`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});
process.exitCode = await main();
