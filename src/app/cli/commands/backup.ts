import { Command } from 'commander';
import { note, print } from '#app/cli/output.js';
import type { BackupReport } from '#app/services/backup.js';

export function backupCommand(): Command {
  return new Command('backup')
    .description(
      'Copy the database (projects, decisions, runs) and every registered model to a new directory, also while a server runs.',
    )
    .argument('<dir>', 'the directory to make')
    .addHelpText('after', '\nExample:\n  onomast backup backups/2026-11-26')
    .action(async (directory: string) => {
      const { backUp } = await import('#app/services/backup.js');
      const { DATABASE_FILE, HOME } = await import('#app/services/paths.js');
      say(await backUp({ directory: HOME, database: DATABASE_FILE }, directory), `is in ${directory}`);
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'Put a backup back, after every file was compared with its hash. What was in the database is kept beside it. A server that ' +
        'runs goes on with what was restored.',
    )
    .argument('<dir>', 'a directory of `onomast backup`')
    .option('--force', 'although there is a database already')
    .addHelpText('after', '\nExample:\n  onomast restore backups/2026-11-26')
    .action(async (directory: string, { force = false }: { force?: boolean }) => {
      const { restore } = await import('#app/services/backup.js');
      const { DATABASE_FILE, HOME } = await import('#app/services/paths.js');
      say(await restore({ directory: HOME, database: DATABASE_FILE }, directory, { replaces: force }), 'is restored');
    });
}

function say({ models, problems, bytes }: BackupReport, what: string): void {
  for (const problem of problems) note(`onomast: ${problem}`);
  const list = models.length === 0 ? 'no model' : models.join(', ');
  print(`The database ${what}, with ${list}; ${(bytes / 1e6).toFixed(1)} MB.`);
  if (problems.length > 0) process.exitCode = 1;
}
