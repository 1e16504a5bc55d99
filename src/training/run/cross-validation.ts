import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { type Folds, splitIntoFolds } from '#annotation/split/grouped-split.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { AppError } from '#base/errors.js';
import { createRandom, type Random } from '#base/random.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import type { HeldOutPart } from '#tagging/evaluation/calibrate.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { createKnownEntities, entityHashes, type KnownEntities } from '#tagging/evaluation/known-entities.js';
import { estimateWithInterval, type LearningEstimate } from '#tagging/evaluation/learning-estimate.js';
import { createSpanScorer, type LabelCounts, type SpanCounts, scoresOf } from '#tagging/evaluation/span-scores.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';
import { OUTSIDE_SHIFTS, shiftOutside } from '#training/loop/tune-outside-bias.js';
import type { FoldReport } from '#training/reports/reports.js';
import type { CorpusToLearn } from './assemble.js';
import { type FoldedTagger, foldedTagger } from './folded-tagger.js';
import { type TrainedWeights, trainedTagger, trainWeights, type WeightsTask } from './train-weights.js';

/** What was found out about a way to train, on sentences that none of its models had learned from. */
export interface CrossValidation {
  readonly folds: number;
  /** Tags each sentence of the corpus by the model that has not learned from it. */
  readonly tagger: FoldedTagger;
  readonly parts: readonly HeldOutPart[];
  /** The names that the model of each sentence has learned from. */
  readonly knownEntities: ((sentence: number) => KnownEntities) | undefined;
  /** What is to be taken from the bias of the class O, by all folds together. */
  readonly outsideShift: number;
  readonly estimate: LearningEstimate | null;
}

/** Trainings that were done before an interruption, by number, and where those are kept that are done. */
export interface FoldStore {
  readonly done: ReadonlyMap<number, TrainedWeights>;
  keep(training: number, weights: TrainedWeights): void;
}

export interface CrossValidationOptions {
  readonly corpus: CorpusToLearn;
  readonly folds: Folds;
  readonly kernels: Kernels;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly store: FoldStore;
  /** Trains elsewhere, all at once; here one after the other unless told. */
  readonly trainElsewhere?: ((task: WeightsTask) => Promise<TrainedWeights>) | undefined;
}

/** What so many more sentences would bring is estimated. */
export const MORE_SENTENCES = 50;

/** One model: what it learns from, and which sentences it is scored on. */
interface Split {
  readonly task: WeightsTask;
  /** Places in the corpus. */
  readonly heldOut: readonly number[];
}

/**
 * Trains a model for each fold on all the others, for all epochs, and two more on a half each: so every sentence is tagged by a
 * model that has not seen it, and from the halves to the folds one sees what more sentences bring.
 *
 * @throws {AppError} `empty_corpus` if a fold leaves no name to learn from; what trainings throw.
 */
export async function* crossValidate(options: CrossValidationOptions): AsyncGenerator<FoldReport, CrossValidation> {
  const { corpus, folds, kernels } = options;
  const { train: sentences, config, seed } = corpus;
  const random = createRandom(seed).fork('folds');
  const halves = splitIntoFolds(sentences, { count: 2, random: random.fork('halves') });
  const ofFolds = splitsOf(corpus, folds);
  for (const [fold, { task }] of ofFolds.entries()) requireNames(task, `fold ${fold + 1} of ${folds.count}`);
  const ofHalves = splitsOf(corpus, halves).filter(({ task }) => labelsOf(task.train).length > 0);
  const weights = yield* trainAll([...ofFolds, ...ofHalves], options);

  const tables = selectKernels(kernels.name).kernels; // one memory for all their weights
  const models = [...ofFolds, ...ofHalves].map(({ task, heldOut }, i) => {
    const { tagger, model } = trainedTagger(task, weights[i], tables);
    return { tagger, model, task, heldOut, sentences: heldOut.map((place) => sentences[place]) };
  });
  const judges = models.slice(0, folds.count);
  const shift = config.training.fit_bias ? bestShift(judges) : 0;
  for (const { model } of models) shiftOutside(model, shift);
  const hashes = judges.map(({ task }) => entityHashes(task.train));
  const known = hashes.map((some) => some && createKnownEntities(some));
  return {
    folds: folds.count,
    tagger: foldedTagger(
      judges.map(({ tagger }) => tagger),
      folds.of,
    ),
    parts: judges,
    knownEntities: known.every((some) => some !== undefined) ? (sentence) => known[folds.of[sentence]] : undefined,
    outsideShift: shift,
    estimate: ofHalves.length < 2 ? null : estimate(models, { folds: folds.count, sentences, random }),
  };
}

function splitsOf(corpus: CorpusToLearn, { count, of }: Folds): Split[] {
  return Array.from({ length: count }, (_, fold) => ({
    task: { ...corpus, train: corpus.train.filter((_, place) => of[place] !== fold) },
    heldOut: [...corpus.train.keys()].filter((place) => of[place] === fold),
  }));
}

function requireNames({ train }: WeightsTask, name: string): void {
  if (labelsOf(train).length > 0) return;
  throw new AppError(
    'empty_corpus',
    `--folds: expected names in every part that is learned from, found none in the ${train.length} sentences outside of ${name}`,
  );
}

async function* trainAll(
  splits: readonly Split[],
  options: CrossValidationOptions,
): AsyncGenerator<FoldReport, TrainedWeights[]> {
  const { kernels, threads, signal, store, trainElsewhere } = options;
  const begun = performance.now();
  const report = (training: number, share: number): FoldReport => ({
    type: 'fold',
    training: training + 1,
    trainings: splits.length,
    share,
    sentences: splits[training].task.train.length,
    seconds: (performance.now() - begun) / 1000,
  });
  const elsewhere = new Map<number, Promise<TrainedWeights>>();
  if (trainElsewhere)
    for (const [i, { task }] of splits.entries()) if (!store.done.has(i)) elsewhere.set(i, trainElsewhere(task));
  for (const promise of elsewhere.values()) promise.catch(() => {}); // told when its turn comes
  const all: TrainedWeights[] = [];
  for (const [i, { task }] of splits.entries()) {
    const done = store.done.get(i);
    if (done) {
      all.push(done);
      continue;
    }
    let weights: TrainedWeights;
    if (trainElsewhere) weights = await elsewhere.get(i)!;
    else {
      const training = trainWeights(task, { kernels: selectKernels(kernels.name).kernels, threads, signal });
      let next = await training.next();
      for (; !next.done; next = await training.next()) if (next.value < 1) yield report(i, next.value);
      weights = next.value;
    }
    store.keep(i, weights);
    all.push(weights);
    yield report(i, 1);
    if (signal?.aborted) throw new AppError('interrupted', 'training: interrupted');
  }
  return all;
}

interface Judge {
  readonly tagger: ModelTagger;
  readonly sentences: readonly LabelledSentence[];
  readonly heldOut: readonly number[];
}

interface ShiftedJudge extends Judge {
  readonly model: TaggerModel;
}

/** The line between name and no name where F1 is highest over all folds together; the smallest among equals. */
function bestShift(judges: readonly Pick<ShiftedJudge, 'tagger' | 'model' | 'sentences'>[]): number {
  let best = { shift: 0, f1: -1 };
  for (const shift of OUTSIDE_SHIFTS) {
    const counts = judges.map(({ tagger, model, sentences }) => {
      shiftOutside(model, shift);
      const { micro } = evaluateTagger(tagger, sentences);
      shiftOutside(model, -shift);
      return micro;
    });
    const { f1 } = scoresOf(sumOf(counts));
    if (f1 > best.f1) best = { shift, f1 };
  }
  return best.shift;
}

/**
 * What each tagger made of each of its sentences, with the line between name and no name moved to where F1 is highest over all of
 * them together, if it is to be moved.
 */
export function countsAtBestShift(
  judges: readonly Pick<ShiftedJudge, 'tagger' | 'model' | 'sentences'>[],
  isMoved: boolean,
): LabelCounts[][] {
  const shift = isMoved ? bestShift(judges) : 0;
  for (const { model } of judges) shiftOutside(model, shift);
  return judges.map(countsOf);
}

function estimate(
  models: readonly Judge[],
  {
    folds,
    sentences,
    random,
  }: { readonly folds: number; readonly sentences: readonly LabelledSentence[]; readonly random: Random },
): LearningEstimate | null {
  const countsBy = (judges: readonly Judge[]): SpanCounts[] => {
    const counts: SpanCounts[] = sentences.map(() => sumOf([]));
    for (const judge of judges)
      countsOf(judge).forEach((some, i) => {
        counts[judge.heldOut[i]] = sumOf([...some.values()]);
      });
    return counts;
  };
  const halves = countsBy(models.slice(folds));
  const whole = countsBy(models.slice(0, folds));
  return (
    estimateWithInterval(
      [
        { sentences: Math.round(sentences.length / 2), trainings: [halves] },
        { sentences: Math.round((sentences.length * (folds - 1)) / folds), trainings: [whole] },
      ],
      { from: sentences.length, more: MORE_SENTENCES, random: random.fork('estimate') },
    ) ?? null
  );
}

function countsOf({ tagger, sentences }: Pick<Judge, 'tagger' | 'sentences'>): LabelCounts[] {
  const scorer = createSpanScorer();
  const tagged = tagger.tagWords(sentences.map(({ words }) => words));
  return sentences.map(({ tags }, i) =>
    scorer.add(
      tags,
      tagged[i].tokens.map(({ tag }) => tag),
    ),
  );
}

function sumOf(counts: readonly SpanCounts[]): SpanCounts {
  const sum = (key: keyof SpanCounts): number => counts.reduce((total, one) => total + one[key], 0);
  return { correct: sum('correct'), predicted: sum('predicted'), gold: sum('gold') };
}
