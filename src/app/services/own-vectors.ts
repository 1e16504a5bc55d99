import { setImmediate } from 'node:timers/promises';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { AppError } from '#base/errors.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import type { RemarkReport } from '#training/reports/reports.js';
import { type LearningProgress, learnVectors } from './learn-vectors.js';
import type { UnlabelledText } from './unlabelled-text.js';

/** How far word vectors are that are learned before the training. */
export interface VectorsReport extends LearningProgress {
  readonly type: 'vectors';
}

export interface OwnVectorsInput {
  /** Of the corpus, for messages and for the name of the vectors. */
  readonly name: string;
  readonly sentences: readonly LabelledSentence[];
  /** More text of the kind. */
  readonly unlabelled?: UnlabelledText | undefined;
  readonly kernels: KernelChoice | undefined;
  readonly seed: number;
  /** That compute, 1 unless told; the vectors do not depend on it. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Vectors for a training whose language or domain no others know: learned from its own sentences, without their names, and from
 * unlabelled text.
 *
 * @throws {AppError} `interrupted`, and what `learnVectors` throws.
 */
export async function* learnOwnVectors({
  name,
  sentences,
  unlabelled,
  kernels,
  seed,
  threads,
  signal,
}: OwnVectorsInput): AsyncGenerator<VectorsReport | RemarkReport, VectorTable> {
  const origin = {
    name: `learned from ${unlabelled ? `${name} and ${unlabelled.name}` : name}`,
    language: '',
    license: '',
    source: '',
  };
  const text = textOf(name, sentences, unlabelled);
  const learning = learnVectors({ text, origin, kernels: selectKernels(kernels).kernels, seed, threads });
  let step = await learning.next();
  for (; !step.done; step = await learning.next()) {
    yield { type: 'vectors', ...step.value };
    await setImmediate(); // signals reach a process only between two turns of its event loop
    if (!signal?.aborted) continue;
    const message = 'training: interrupted while its word vectors were learned; nothing was kept';
    await learning.throw(new AppError('interrupted', message)); // which ends its threads and comes back here
  }
  const { table, textWords, epochs, seconds } = step.value;
  const message = `learned vectors of ${table.size} words from ${textWords} words of text, ${epochs} times over, in ${seconds.toFixed(1)} s`;
  yield { type: 'remark', message };
  return table;
}

function textOf(
  name: string,
  sentences: readonly LabelledSentence[],
  unlabelled: UnlabelledText | undefined,
): UnlabelledText {
  const { size = 0 } = unlabelled ?? {};
  return {
    name: unlabelled ? `${name}, ${unlabelled.name}` : name,
    size: Math.max(1, size),
    *sentences(onProgress = () => {}) {
      for (const { words } of sentences) yield words;
      if (unlabelled) yield* unlabelled.sentences(onProgress);
    },
  };
}
