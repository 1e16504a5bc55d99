import { Command } from 'commander';
import type { ImportCommandOptions } from '#app/cli/import-documents.js';

export function importCommand(): Command {
  return new Command('import')
    .description(
      'Put texts into a project of the page, from plain text or any annotated format. A project that is not there is begun.',
    )
    .argument('<file...>', 'files of any format that `convert` reads; a .txt is plain text, a document a paragraph')
    .requiredOption('--project <name>', 'name of the project, or its number')
    .option('--from <format>', 'the format of the files (default: recognized by their content)')
    .option('--labels <list>', 'labels that a new project begins with, besides those of the files: PER,ORG')
    .option('--unchecked', 'nobody has checked the names of the files yet: they wait to be accepted')
    .option('--dry-run', 'say what would be kept, and keep nothing')
    .option('--json', 'what was read, as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  onomast import letters.txt --project Letters --labels PER,LOC\n  onomast import export.jsonl --project Letters',
    )
    .action(async (files: string[], options: ImportCommandOptions) => {
      const { importDocuments } = await import('#app/cli/import-documents.js');
      importDocuments(files, options);
    });
}
