import { formatLintReport } from '#annotation/lint/format-lint-report.js';
import { type LintReport, lintCorpus } from '#annotation/lint/lint-corpus.js';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { AppError } from '#base/errors.js';

const MOST_FILES = 3;

/** `onomast check`: one file, or train, dev and test. */
export async function checkFiles(files: readonly string[]): Promise<{ text: string; lint: LintReport }> {
  if (files.length > MOST_FILES) {
    throw new AppError(
      'invalid_argument',
      `check: expected one to three files (train, dev, test), found ${files.length}`,
    );
  }
  const [train, dev, test] = await Promise.all(files.map((file) => readCorpusFile(file)));
  const lint = lintCorpus({
    train: train.sentences,
    ...(dev && { dev: dev.sentences }),
    ...(test && { test: test.sentences }),
  });
  const reports = [train, dev, test].filter((part) => part !== undefined).map(({ report }) => report);
  return { text: formatLintReport(lint, { reports }), lint };
}
