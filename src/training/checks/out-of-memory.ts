import { availableParallelism } from 'node:os';
import { AppError } from '#base/errors.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { isSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import type { TrainingConfig } from '#training/config/training-config.js';

/** The pass that failed, with the arena as it was before. */
export interface FailedPass {
  readonly kernels: Kernels;
  readonly config: TrainingConfig;
  /** Learned numbers; each shard has a gradient of all. */
  readonly parameters: number;
  /** From 1. */
  readonly step: number;
  /** Sentences and tokens of the whole minibatch. */
  readonly sentences: number;
  readonly tokens: number;
  /** What the arena had given it. */
  readonly bytes: number;
  /** The sentences of the shard that failed. */
  readonly shard: readonly EncodedSentence[];
  /** Lengths of all sentences of the training data. */
  readonly lengths: readonly number[];
  /** The same pass over other sentences; what it allocates stays in the arena. */
  pass(sentences: readonly EncodedSentence[]): void;
}

const MOST_SHARDS = 64;
/** Minibatches of the same size differ, and between the arrays of several threads memory is lost. */
const MARGIN = 0.6;
/** One thread loses less. */
const ALONE = 0.8;
/** Sentences of the larger of two passes that are measured. */
const PROBE = 8;

/** Says what was too large, and what would fit. Any other error comes back as it is. */
export function explainMinibatch(error: unknown, failed: FailedPass): unknown {
  if (!isOutOfMemory(error)) return error;
  const { config, step, sentences, tokens, shard } = failed;
  const longest = Math.max(...shard.map(({ length }) => length));
  const fitting = [...whatFits(failed), 'a smaller hidden_size'];
  return new AppError(
    'out_of_memory',
    `training: step ${step}: a minibatch of ${sentences} sentences with ${tokens} tokens, the longest with ${longest}, ` +
      `in ${config.shards} shards does not fit: ${error.message}; ${fitting.join(' or ')} would fit`,
    { cause: error },
  );
}

/** The same for the dev part, which is tagged in portions of a fixed size: what is left is what minibatches leave. */
export function explainEvaluation(error: unknown, epoch: number): unknown {
  if (!isOutOfMemory(error)) return error;
  const message = `training: no memory is left to score the dev part after epoch ${epoch}: ${error.message}; a smaller batch_size or hidden_size leaves more`;
  return new AppError('out_of_memory', message, { cause: error });
}

function isOutOfMemory(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'out_of_memory';
}

function whatFits({ kernels, config, parameters, tokens, bytes, shard, lengths, pass }: FailedPass): string[] {
  if (!isSimdKernels(kernels)) return []; // the memory of others has no size
  const { arena, permanentBytes, handle } = kernels;
  const bytesOf = (sentences: readonly EncodedSentence[]): number => {
    const position = arena.position;
    try {
      pass(sentences);
      return arena.position - position;
    } finally {
      arena.release(position);
    }
  };
  const longest = shard.toSorted((a, b) => b.length - a.length).slice(0, PROBE);
  let perToken: number;
  try {
    perToken = bytesOf(longest) / sum(longest.map(({ length }) => length));
  } catch {
    return []; // not even so few
  }

  const all = handle.maximumBytes - permanentBytes;
  const isAlone = bytes > ALONE * all;
  const wouldFitAlone = (tokens / config.shards) * perToken < ALONE * all;
  // Each thread has an arena of its own.
  const roomFor = (shards: number): number => {
    const gradients = (shards - config.shards) * parameters * 4;
    const arenas = Math.min(shards, availableParallelism());
    return (MARGIN * (all - gradients)) / arenas / perToken;
  };
  const room = roomFor(config.shards) * config.shards;
  // The sentences of a minibatch are alike in length: some minibatch has the longest.
  const sorted = lengths.toSorted((a, b) => b - a);
  let batch = 0;
  for (let rows = sorted[0]; rows <= room && batch < sorted.length; rows += sorted[batch]) batch++;
  let shards = config.shards + 1;
  while (shards <= MOST_SHARDS && tokens / shards > roomFor(shards)) shards++;
  return [
    ...(wouldFitAlone && !isAlone ? ['--workers 1'] : []),
    ...(batch > 0 ? [`a batch_size of about ${batch}`] : []),
    ...(shards <= MOST_SHARDS ? [`shards of about ${shards}`] : []),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
