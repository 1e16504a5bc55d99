import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { splitCorpus } from '#annotation/split/grouped-split.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import type { SentencePart, SentencePartRegistry } from '#app/store/sentence-parts.js';
import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import { sha256 } from '#tagging/model/model-directory.js';

export interface KeptParts {
  readonly train: readonly LabelledSentence[];
  /** Sentences that no training of the project learns from. */
  readonly dev: readonly LabelledSentence[];
}

/** Of the accepted sentences, to measure models by. */
const DEV_SHARE = 0.1;
/** Where much of dev was taken back: what is new is mostly learned from all the same. */
const MOST_OF_ADDED = 0.5;

/**
 * Deals the accepted sentences of a project out for a training. What has been in a part stays there, so that all models of the
 * project can be compared on sentences that none has learned from; of the new ones as many go to dev as it lacks. All is dealt
 * anew where nothing is left of a part.
 *
 * @throws {AppError} `empty_corpus` if that leaves nothing to learn or nothing to measure; no part is changed then.
 */
export function dealOut(
  registry: SentencePartRegistry,
  projectId: number,
  sentences: readonly LabelledSentence[],
): KeptParts {
  const parts = new Map(registry.of(projectId));
  const ofPart = (part: SentencePart): LabelledSentence[] => sentences.filter((one) => parts.get(keyOf(one)) === part);
  if (ofPart('train').length === 0 || ofPart('dev').length === 0) parts.clear();
  const added = sentences.filter((one) => !parts.has(keyOf(one)));
  const share = parts.size === 0 ? DEV_SHARE : lackingShare(sentences.length, ofPart('dev').length, added.length);
  const dealtNow = split(added, share);
  for (const part of ['train', 'dev'] as const) for (const one of dealtNow[part]) parts.set(keyOf(one), part);
  const dealt = { train: ofPart('train'), dev: ofPart('dev') };
  assertUseful(dealt);
  registry.replace(projectId, parts);
  return dealt;
}

/** The accepted sentences that no training of the project has learned from; none before its first training. */
export function keptDevPart(
  registry: SentencePartRegistry,
  projectId: number,
  sentences: readonly LabelledSentence[],
): readonly LabelledSentence[] {
  const parts = registry.of(projectId);
  return sentences.filter((one) => parts.get(keyOf(one)) === 'dev');
}

/** Of the sentences that were added, so that a tenth of all is in dev again. */
function lackingShare(all: number, dev: number, added: number): number {
  const lacking = Math.round(DEV_SHARE * all - dev);
  return lacking < 1 || added < 2 ? 0 : Math.min(lacking / added, MOST_OF_ADDED);
}

function split(sentences: readonly LabelledSentence[], share: number): KeptParts {
  if (sentences.length === 0 || share === 0) return { train: sentences, dev: [] };
  const shares = { train: 1 - share, dev: share, test: 0 };
  return splitCorpus(sentences, { shares, random: createRandom(0).fork('split') });
}

function assertUseful({ train, dev }: KeptParts): void {
  const accepted = train.length + dev.length;
  if (train.length === 0 || dev.length === 0)
    throw new AppError(
      'empty_corpus',
      `train: expected at least two different accepted sentences, found ${accepted === 0 ? 'none' : 'one'}; accept some documents first`,
    );
  if (labelsOf([...train, ...dev]).length === 0)
    throw new AppError('empty_corpus', 'train: expected a name in what was accepted, found none; mark some first');
  if (labelsOf(train).length === 0)
    throw new AppError(
      'empty_corpus',
      'train: every name that was accepted stands in the sentences set apart to measure the model; accept more',
    );
}

function keyOf({ words }: LabelledSentence): string {
  return sha256(new TextEncoder().encode(sentenceKey(words)));
}
