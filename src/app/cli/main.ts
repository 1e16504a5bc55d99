#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { AppError, messageOf } from '#base/errors.js';
import { ONOMAST_VERSION } from '#base/version.js';
import { EXIT } from './exit-codes.js';

/** Loaded when they are meant: to load all of them takes a tenth of the time in which a sentence is tagged. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import('#app/cli/commands/train.js')).trainCommand(),
  curve: async () => (await import('#app/cli/commands/curve.js')).curveCommand(),
  sweep: async () => (await import('#app/cli/commands/sweep.js')).sweepCommand(),
  evaluate: async () => (await import('#app/cli/commands/evaluate.js')).evaluateCommand(),
  tag: async () => (await import('#app/cli/commands/tag.js')).tagCommand(),
  check: async () => (await import('#app/cli/commands/check.js')).checkCommand(),
  convert: async () => (await import('#app/cli/commands/convert.js')).convertCommand(),
  gradcheck: async () => (await import('#app/cli/commands/gradcheck.js')).gradcheckCommand(),
  models: async () => (await import('#app/cli/commands/models.js')).modelsCommand(),
  vectors: async () => (await import('#app/cli/commands/vectors.js')).vectorsCommand(),
  bulk: async () => (await import('#app/cli/commands/bulk.js')).bulkCommand(),
  import: async () => (await import('#app/cli/commands/import.js')).importCommand(),
  export: async () => (await import('#app/cli/commands/export.js')).exportCommand(),
  worker: async () => (await import('#app/cli/commands/worker.js')).workerCommand(),
  redact: async () => (await import('#app/cli/commands/redact.js')).redactCommand(),
  serve: async () => (await import('#app/cli/commands/serve.js')).serveCommand(),
  tokens: async () => (await import('#app/cli/commands/tokens.js')).tokensCommand(),
  backup: async () => (await import('#app/cli/commands/backup.js')).backupCommand(),
  restore: async () => (await import('#app/cli/commands/backup.js')).restoreCommand(),
  doctor: async () => (await import('#app/cli/commands/doctor.js')).doctorCommand(),
};

/** The only place that turns errors into text and exit codes. Results go to stdout, everything else to stderr. */
async function main(): Promise<number> {
  const program = new Command('onomast').description('A name tagger you train yourself.').version(ONOMAST_VERSION);
  program.enablePositionalOptions(); // an option belongs to the command it stands behind, as in `vectors train --words`
  for (const create of commandsMeant(process.argv[2])) program.addCommand(await create());
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

/** The one that is asked for; all of them for `--help`, and to say which there are. */
function commandsMeant(name = ''): readonly (() => Promise<Command>)[] {
  return Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]] : Object.values(COMMANDS);
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
