import { Command } from 'commander';
import { EXPORT_KINDS } from '#app/cli/export-options.js';
import { oneOf } from '#app/cli/option-values.js';

interface ExportFlags {
  readonly to: string;
  readonly project?: string;
  readonly output?: string;
  readonly force?: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write a model as one file, or with --project what was accepted in a project of the page. esm is an ES module without ' +
        'dependencies that tags in browsers, Node, Deno, Bun, service workers and edge functions; it tries itself on a test ' +
        'vector when it is loaded. onnx is the network as an ONNX graph, with the vocabulary as .json and a short decoder as ' +
        '.mjs beside it. archive is a .tgz of the model and its card, with the hash of each file, for `models import`. A ' +
        'project is written in any format that `convert` writes.',
    )
    .argument('[model]', 'model directory or registered name (default: the active model)')
    .requiredOption('--to <kind>', `what to write: ${EXPORT_KINDS.join(', ')}; with --project a format such as conll`)
    .option('--project <name>', 'name or number of a project, instead of a model')
    .option('-o, --output <file>', 'the file to write; a project goes to standard output without it')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nExamples:\n  onomast export names-en --to esm -o tagger.mjs\n  onomast export names-en --to onnx -o tagger.onnx\n  ' +
        'onomast export names@2 --to archive -o names.tgz\n  onomast export --project Letters --to conll -o letters.conll',
    )
    .action(async (model: string | undefined, { to, project, output, force }: ExportFlags, command: Command) => {
      if (project !== undefined) {
        if (model !== undefined) command.error('--project: expected a project or a model, found both');
        const { exportProject } = await import('#app/cli/export-project.js');
        return exportProject({ project, to, output: output ?? '-', ...(force && { force }) });
      }
      const kind = oneOf('--to', EXPORT_KINDS)(to);
      if (output === undefined) command.error('-o: expected a file for the model, found none');
      const { exportModel } = await import('#app/cli/export-model.js');
      await exportModel(model, { to: kind, output: output!, ...(force && { force }) });
    });
}
