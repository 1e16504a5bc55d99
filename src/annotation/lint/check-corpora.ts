import type { Ledger } from '#annotation/documents/ledger.js';
import { type ReadCorpusFileOptions, readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { type LintReport, lintCorpus } from './lint-corpus.js';

/**
 * Reads annotated files and looks for what makes training or scores go wrong, as `onomast check` does. Lines that cannot be
 * read stand in the ledgers; with more than `maxFaults` of them (50 by default) it throws.
 *
 * ```ts
 * const { lint, ledgers } = await check({ train: 'train.conll', dev: 'dev.conll' });
 * ```
 *
 * @throws {AppError} what reading throws.
 */
export async function check(
  files: { readonly train: string; readonly dev?: string; readonly test?: string },
  options: ReadCorpusFileOptions = {},
): Promise<{ readonly lint: LintReport; readonly ledgers: readonly Ledger[] }> {
  const read = (path: string) => readCorpusFile(path, { maxFaults: 50, ...options });
  const train = await read(files.train);
  const dev = files.dev === undefined ? undefined : await read(files.dev);
  const test = files.test === undefined ? undefined : await read(files.test);
  const lint = lintCorpus({
    train: train.sentences,
    ...(dev && { dev: dev.sentences }),
    ...(test && { test: test.sentences }),
    isPlain: train.report.scheme === 'plain',
  });
  const ledgers = [train, dev, test].flatMap((corpus) => (corpus === undefined ? [] : [corpus.report]));
  return { lint, ledgers };
}
