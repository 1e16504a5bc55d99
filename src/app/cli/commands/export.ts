import { Command, Option } from 'commander';
import { EXPORT_KINDS, type ExportCommandOptions } from '#app/cli/export-options.js';

export function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write a model as one file. esm is an ES module without dependencies that tags in browsers, Node, Deno, Bun, service workers and ' +
        'edge functions; it tries itself on a test vector when it is loaded. onnx is the network as an ONNX graph, with the vocabulary as .json and a short decoder as .mjs beside it. archive is a .tgz of the model and its card, with the hash of each ' +
        'file, for `models import`.',
    )
    .argument('[model]', 'model directory or registered name (default: the active model)')
    .addOption(new Option('--to <kind>', 'what to write').choices(EXPORT_KINDS).makeOptionMandatory())
    .requiredOption('-o, --output <file>', 'the file to write')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nExamples:\n  onomast export names-en --to esm -o tagger.mjs\n  onomast export names-en --to onnx -o tagger.onnx\n  onomast export names@2 --to archive -o names.tgz',
    )
    .action(async (model: string | undefined, options: ExportCommandOptions) => {
      const { exportModel } = await import('#app/cli/export-model.js');
      await exportModel(model, options);
    });
}
