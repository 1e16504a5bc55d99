#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { backupCommand, restoreCommand } from '#app/cli/commands/backup.js';
import { bulkCommand } from '#app/cli/commands/bulk.js';
import { checkCommand } from '#app/cli/commands/check.js';
import { convertCommand } from '#app/cli/commands/convert.js';
import { doctorCommand } from '#app/cli/commands/doctor.js';
import { evaluateCommand } from '#app/cli/commands/evaluate.js';
import { exportCommand } from '#app/cli/commands/export.js';
import { gradcheckCommand } from '#app/cli/commands/gradcheck.js';
import { importCommand } from '#app/cli/commands/import.js';
import { modelsCommand } from '#app/cli/commands/models.js';
import { redactCommand } from '#app/cli/commands/redact.js';
import { serveCommand } from '#app/cli/commands/serve.js';
import { tagCommand } from '#app/cli/commands/tag.js';
import { tokensCommand } from '#app/cli/commands/tokens.js';
import { trainCommand } from '#app/cli/commands/train.js';
import { vectorsCommand } from '#app/cli/commands/vectors.js';
import { workerCommand } from '#app/cli/commands/worker.js';
import { AppError, messageOf } from '#base/errors.js';
import { ONOMAST_VERSION } from '#base/version.js';
import { EXIT } from './exit-codes.js';

/** The only place that turns errors into text and exit codes. Results go to stdout, everything else to stderr. */
async function main(): Promise<number> {
  const program = new Command('onomast').description('A name tagger you train yourself.').version(ONOMAST_VERSION);
  for (const create of [
    trainCommand,
    evaluateCommand,
    tagCommand,
    checkCommand,
    convertCommand,
    gradcheckCommand,
    modelsCommand,
    vectorsCommand,
    bulkCommand,
    importCommand,
    exportCommand,
    workerCommand,
    redactCommand,
    serveCommand,
    tokensCommand,
    backupCommand,
    restoreCommand,
    doctorCommand,
  ]) {
    program.addCommand(await create());
  }
  reportUsageErrors(program, program.name());
  try {
    requireCommand(program);
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

/** Every usage error is one line that says where to read on; commander's own are several. */
function reportUsageErrors(command: Command, path: string): void {
  command.exitOverride().configureOutput({
    outputError(text, write) {
      const sentence = text
        .replace(/^error: /, '')
        .trim()
        .replace(/\s*\n\s*/g, ' ')
        .replace(/\.$/, '');
      write(`onomast: ${sentence}; see ${path} --help [invalid_argument]\n`);
    },
  });
  for (const child of command.commands) reportUsageErrors(child, `${path} ${child.name()}`);
}

/** Left to itself, commander would print the whole help as an error. */
function requireCommand({ commands }: Command): void {
  if (process.argv.length > 2) return;
  const names = commands.map((command) => command.name()).join(', ');
  throw new AppError('invalid_argument', `expected one of the commands ${names}, found none; see onomast --help`);
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
// Nor is one that reads no notices; what was begun goes on.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main();
