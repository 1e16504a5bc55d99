import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Ledger } from '#annotation/documents/ledger.js';
import { corpusPaths, readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import type { ReadOptions } from '#annotation/reading/read-options.js';
import { compareTokens, recutSentence, type TokenAgreement } from '#annotation/reading/recut.js';
import { chooseTokenizer } from '#annotation/text/tokenizers.js';
import { AppError } from '#base/errors.js';

/** How annotated files are read, by whatever command. */
export interface AnnotatedFileOptions extends ReadOptions {
  /** Words are cut again as `onomast tag` cuts them. */
  readonly recut?: boolean;
}

/** The ledger of a file, with the SHA-256 of its bytes. */
export type FileLedger = Ledger & { readonly sha256: string };

/** Annotated files as one corpus: documents of later files are numbered on. */
export interface AnnotatedFiles {
  readonly sentences: readonly LabelledSentence[];
  readonly ledgers: readonly FileLedger[];
  /** How many words `tag` would cut otherwise, from the first sentences; `null` where they were cut again. */
  readonly agreement: TokenAgreement | null;
}

/** Enough to know how a corpus was cut, in a blink. */
const COMPARED_SENTENCES = 5000;

/** @throws {AppError} what reading throws. */
export async function readAnnotatedFiles(
  paths: readonly string[],
  { recut = false, ...options }: AnnotatedFileOptions = {},
): Promise<AnnotatedFiles> {
  const sentences: LabelledSentence[] = [];
  const ledgers: FileLedger[] = [];
  for (const path of corpusPaths(paths)) {
    const { sentences: read, report, sha256 } = await readCorpusFile(path, options);
    const firstDocument = sentences.length === 0 ? 0 : sentences[sentences.length - 1].document + 1;
    for (const sentence of read) {
      sentences.push(firstDocument === 0 ? sentence : { ...sentence, document: sentence.document + firstDocument });
    }
    ledgers.push({ sha256, ...report });
  }
  // A corpus of single characters is tagged with a tokenizer of its own.
  const tokenizer = chooseTokenizer(sentences);
  if (recut) return { sentences: sentences.map((one) => recutSentence(one, tokenizer)), ledgers, agreement: null };
  return { sentences, ledgers, agreement: compareTokens(sentences.slice(0, COMPARED_SENTENCES), tokenizer) };
}

/**
 * Refuses files most of whose spans are not where words are: what a tagger would learn from them is not what somebody meant.
 *
 * @throws {AppError} `misaligned_span`
 */
export function refuseMisaligned(ledgers: readonly Ledger[]): void {
  for (const { name, names, misaligned, hints } of ledgers) {
    const wrong = misaligned.filter(({ isWithinWord }) => isWithinWord).length;
    if (wrong === 0 || wrong * 2 <= names.in) continue;
    const hint = hints.find((sentence) => sentence.includes('--fix')) ?? '`onomast check` lists them';
    const found = `${wrong} of ${names.in} that do not`;
    throw new AppError(
      'misaligned_span',
      `${name}: expected spans that begin and end with a word, found ${found}; ${hint}`,
    );
  }
}

/** In which share of words the cut of a corpus may differ from ours without a word about it: other corpora differ so. */
const DIFFERING_SHARE = 0.02;

/** One sentence, if many words are cut otherwise. */
export function agreementNotice({ words, cut, commonest }: TokenAgreement, share = DIFFERING_SHARE): string | null {
  if (cut === 0 || cut < words * share) return null;
  const examples = commonest
    .slice(0, 3)
    .map(({ word, pieces, count }) => `"${word}" as ${pieces.join(' + ')} (${count})`);
  return (
    `${cut} of ${words} words would be cut otherwise by \`onomast tag\`, which then finds names in them worse: ` +
    `${examples.join(', ')}; --recut cuts them so`
  );
}
