import { Command } from 'commander';
import { print, printJson } from '#app/cli/output.js';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Look at versions, disk, permissions, the database and the hashes of all models; exit code 1 if something is wrong.',
    )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  onomast doctor')
    .action(async ({ json }: { json?: boolean }) => {
      const { examine } = await import('#app/services/doctor.js');
      const { DATABASE_FILE, HOME } = await import('#app/services/paths.js');
      const findings = await examine({ directory: HOME, database: DATABASE_FILE });
      if (json) printJson(findings);
      else for (const { what, state, message } of findings) print(`${state.padEnd(8)} ${what}: ${message}`);
      if (findings.some(({ state }) => state === 'error')) process.exitCode = 1;
    });
}
