import { formatLintReport } from '#annotation/lint/format-lint-report.js';
import { type LintReport, lintCorpus } from '#annotation/lint/lint-corpus.js';
import { AppError } from '#base/errors.js';
import { type AnnotatedFileOptions, agreementNotice, type FileLedger, readAnnotatedFiles } from './annotated-files.js';

const MOST_FILES = 3;
/** Lines that cannot be read and are listed; more are an error. */
const MOST_FAULTS = 50;

export interface CheckedFiles {
  readonly text: string;
  readonly lint: LintReport;
  /** One a file. */
  readonly ledgers: readonly FileLedger[];
}

/** `onomast check`: one file, or train, dev and test. Lines that cannot be read are listed, and left out of the rest. */
export async function checkFiles(files: readonly string[], options: AnnotatedFileOptions = {}): Promise<CheckedFiles> {
  if (files.length > MOST_FILES) {
    throw new AppError(
      'invalid_argument',
      `check: expected one to three files (train, dev, test), found ${files.length}`,
    );
  }
  const readOptions = { maxFaults: MOST_FAULTS, ...options };
  const parts = await Promise.all(files.map((file) => readAnnotatedFiles([file], readOptions)));
  for (const { sentences, ledgers: read } of parts) {
    const [fault] = read.flatMap(({ faults }) => faults);
    // Nothing but errors: the first says most.
    if (sentences.length === 0 && fault !== undefined) throw new AppError(fault.code, fault.message);
  }
  const [train, dev, test] = parts;
  const lint = lintCorpus({
    train: train.sentences,
    ...(dev && { dev: dev.sentences }),
    ...(test && { test: test.sentences }),
    isPlain: train.ledgers.every(({ scheme }) => scheme === 'plain'),
  });
  const ledgers = parts.flatMap((part) => part.ledgers);
  const notices = parts.flatMap(({ agreement }) => {
    const notice = agreement === null ? null : agreementNotice(agreement, 0);
    return notice === null ? [] : [notice];
  });
  return { text: formatLintReport(lint, { reports: ledgers, notices }), lint, ledgers };
}
