import type { EncodedSentence } from '../src/encoding/sentence-encoder.js';
import { createVocabulary } from '../src/encoding/vocabulary.js';
import { createSpanScorer } from '../src/evaluation/span-scores.js';
import { selectKernelsSync } from '../src/kernels/select-kernels.js';
import { createTaggerModel, type TaggerModel } from '../src/model/tagger-model.js';
import { createRandom, type Random } from '../src/random.js';
import { createParallelRunner } from '../src/training/data-parallel.js';
import { createStepEngine } from '../src/training/step-engine.js';
import { createTrainer } from '../src/training/trainer.js';
import { parseRunConfig } from '../src/training/training-config.js';

/** A training as `onomast train` runs it, over sentences of random words, that can be stopped and gone on with. */
export interface TrainingRig {
  readonly model: TaggerModel;
  /** Trains whole steps for at least so long. */
  run(seconds: number): Throughput;
  close(): void;
}

export interface Throughput {
  readonly tokens: number;
  readonly seconds: number;
}

export interface TrainingRigInput {
  /** As for `--set`. */
  readonly set: Readonly<Record<string, unknown>>;
  /** V, the unknown word included. */
  readonly vocabulary: number;
  readonly labels: readonly string[];
  /** Tokens of every sentence. */
  readonly lengths: readonly number[];
  readonly workers: number;
}

const SEED = 1;
/** A benchmark stops by the clock, and has no dev set to look at. */
const ENDLESS = { max_epochs: 100_000, patience: 100_000, eval_frequency: 1000 };

export async function createTrainingRig(input: TrainingRigInput): Promise<TrainingRig> {
  const config = parseRunConfig({ ...ENDLESS, ...input.set }, 'bench');
  const random = createRandom(SEED);
  const words = Array.from({ length: input.vocabulary - 1 }, (_, i) => letters(i));
  const model = createTaggerModel({
    config: config.model,
    vocabularies: { words: createVocabulary(words), shapes: createVocabulary(['xxxx', 'Xxxx', 'X.', 'dd']), characters: createVocabulary([]) },
    labels: input.labels,
    regularization: config.training,
    kernels: selectKernelsSync('relaxed', { initialBytes: 2 ** 28 }).kernels,
    random: random.fork('weights'),
  });
  const train = randomSentences(model, input.lengths, random.fork('corpus'));
  const engine = createStepEngine({ model, train, config: config.training, random: random.fork('training') });
  const runner = await createParallelRunner({ engine, model, train, config, seed: SEED, threads: input.workers });
  const evaluate = () => createSpanScorer().result();
  const steps = createTrainer({ model, config: config.training, engine, runner, evaluate }).run();

  let tokensOfEpoch = 0;

  return {
    model,
    run(seconds) {
      const start = performance.now();
      let tokens = 0;
      let elapsed = 0;
      while (elapsed < seconds) {
        const { value: report } = steps.next();
        if ('stopped' in report) throw new Error(`the training ended: ${report.stopped}`);
        if (report.type === 'step') tokens += report.tokens - tokensOfEpoch;
        tokensOfEpoch = report.type === 'step' ? report.tokens : 0;
        elapsed = (performance.now() - start) / 1000;
      }
      return { tokens, seconds: elapsed };
    },
    close: () => runner.close(),
  };
}

/** Sentences of random words and tags. */
function randomSentences(
  { encoder, tagSet }: TaggerModel,
  lengths: readonly number[],
  random: Random,
): EncodedSentence[] {
  return lengths.map((length) => ({
    length,
    ids: encoder.features.map(({ size }) => Int32Array.from({ length }, () => random.integer(size))),
    tags: Int32Array.from({ length }, () => random.integer(tagSet.tags.length)),
  }));
}

/** A word for every number; no two are alike to a vocabulary that folds digits and case. */
function letters(n: number): string {
  return n < 26 ? String.fromCharCode(97 + n) : letters(Math.floor(n / 26) - 1) + letters(n % 26);
}
