import { basename } from 'node:path';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { splitCorpus } from '#annotation/split/grouped-split.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { counted } from '#base/counted.js';
import { AppError } from '#base/errors.js';
import { createRandom, type Random } from '#base/random.js';
import type { RemarkReport } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import { readAnnotatedFiles } from './annotated-files.js';
import { BUNDLED_CORPUS } from './paths.js';
import { sourceFileOf } from './source-files.js';

/** Sentences of what a model has learned before, to be learned again beside new ones. */
export interface Rehearsal {
  readonly sentences: readonly LabelledSentence[];
  /** That may be learned beside the new ones without teaching them wrong. */
  readonly usable: number;
  /** Of so many. */
  readonly of: number;
}

/**
 * Which sentences of old data teach nothing wrong beside new ones, and as many of them as there are new ones, drawn at random. The
 * two annotate different labels, and a name of a label that a file does not annotate is tagged O there. So these are left out:
 *
 * - sentences that hold a name whose label the new ones lack: as O it would be unlearned, and as itself it cannot be told;
 * - where the new ones have labels that the old data lack, sentences with a word tagged O that may belong to such a name: one that
 *   begins with a capital letter or mixes letters and digits, but for the first of the sentence, or any that a new name of such a
 *   label holds.
 *
 * @throws {AppError} `invalid_argument` if nothing is left.
 */
export function chooseRehearsal(
  { name, sentences }: { readonly name: string; readonly sentences: readonly LabelledSentence[] },
  { train, random }: { readonly train: readonly LabelledSentence[]; readonly random: Random },
): Rehearsal {
  const [old, own] = [labelsOf(sentences), labelsOf(train)];
  const shared = old.filter((label) => own.includes(label));
  if (shared.length === 0) {
    const found = `${old.join(', ') || 'none'} there and ${own.join(', ')} in --train`;
    const hint = '--map OLD=NEW renames those of --train';
    throw new AppError(
      'invalid_argument',
      `--rehearse: expected a label in ${name} that --train has too, found ${found}; ${hint}`,
    );
  }
  const added = own.filter((label) => !old.includes(label));
  const isDoubtful = added.length === 0 ? () => false : doubtTest(train, added);
  const usable = sentences.filter(
    ({ words, tags }) =>
      spansFromIob2(tags).every(({ label }) => own.includes(label)) &&
      !words.some((word, t) => tags[t] === 'O' && isDoubtful(word, t)),
  );
  if (labelsOf(usable).length === 0) {
    const found = `none in ${counted(sentences.length, 'sentence')}`;
    throw new AppError(
      'invalid_argument',
      `--rehearse: expected sentences with names in ${name} that teach nothing wrong beside the labels of --train, found ${found}`,
    );
  }
  const places = random
    .shuffle([...usable.keys()])
    .slice(0, train.length)
    .sort((i, j) => i - j);
  return { sentences: places.map((place) => usable[place]), usable: usable.length, of: sentences.length };
}

/** Whether a word that is tagged O may be of a name with one of the labels. */
function doubtTest(
  train: readonly LabelledSentence[],
  labels: readonly string[],
): (word: string, at: number) => boolean {
  const inNames = new Set<string>();
  const outside = new Map<string, number>();
  for (const { words, tags } of train) {
    words.forEach((word, t) => {
      const key = word.toLowerCase();
      if (labels.includes(tags[t].slice(2))) inNames.add(key);
      else outside.set(key, (outside.get(key) ?? 0) + 1);
    });
  }
  // `of`, `the` and the like are in some names and everywhere else: they tell nothing.
  for (const word of inNames) if ((outside.get(word) ?? 0) >= COMMON) inNames.delete(word);
  return (word, at) => (at > 0 && LIKE_A_NAME.test(word) && word !== 'I') || inNames.has(word.toLowerCase());
}

const LIKE_A_NAME = /^\p{Lu}|\p{L}.*\p{N}|\p{N}.*\p{L}/u;
/** Outside of such names. */
const COMMON = 5;

/** Of the files of a rehearsal, to see what is forgotten. */
const HELD_OUT_SHARE = 0.1;

/** A training part with a rehearsal in it, and sentences of the same source that are not. */
export interface RehearsedPart {
  readonly train: CorpusPart;
  readonly heldOut: CorpusPart;
  readonly remarks: readonly RemarkReport[];
}

/**
 * @param files Annotated files, or true for the bundled corpus, which has a dev part of its own.
 * @throws {AppError} as reading and `chooseRehearsal`.
 */
export async function rehearse(
  files: readonly string[] | true,
  { train, seed }: { readonly train: CorpusPart; readonly seed: number },
): Promise<RehearsedPart> {
  const random = createRandom(seed).fork('rehearsal');
  const old = files === true ? await readBundledPart('train') : await readFiles(files);
  const split =
    files === true ? undefined : splitCorpus(old.sentences, { shares: SHARES, random: random.fork('split') });
  const learnable = { name: old.name, sentences: split?.train ?? old.sentences };
  const { sentences, usable, of } = chooseRehearsal(learnable, { train: train.sentences, random: random.fork('draw') });
  const first = 1 + Math.max(...train.sentences.map(({ document }) => document));
  const message = `Rehearses ${sentences.length} sentences of ${old.name}, out of ${usable} of ${of} that teach nothing wrong beside these labels.`;
  return {
    train: {
      name: `${train.name}; rehearsal: ${old.name}`,
      sentences: [...train.sentences, ...sentences.map((one) => ({ ...one, document: first + one.document }))],
      files: [...(train.files ?? []), ...(old.files ?? [])],
    },
    heldOut: split ? { name: `a tenth of ${old.name}`, sentences: split.dev } : await readBundledPart('dev'),
    remarks: [{ type: 'remark', message }],
  };
}

const SHARES = { train: 1 - HELD_OUT_SHARE, dev: HELD_OUT_SHARE, test: 0 };

/** Of the corpus that comes with the program, and that `names-en` has learned. */
export async function readBundledPart(part: 'train' | 'dev'): Promise<CorpusPart> {
  return { ...(await readFiles([BUNDLED_CORPUS[part]])), name: `${part} of the bundled corpus` };
}

async function readFiles(files: readonly string[]): Promise<CorpusPart> {
  const { sentences, ledgers } = await readAnnotatedFiles(files);
  return { name: files.map((file) => basename(file)).join(', '), sentences, files: ledgers.map(sourceFileOf) };
}
