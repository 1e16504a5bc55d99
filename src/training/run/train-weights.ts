import { setImmediate } from 'node:timers/promises';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { chooseTokenizer } from '#annotation/text/tokenizers.js';
import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import { decodeTensors, encodeTensors } from '#base/safetensors.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { createTaggerModel, loadTensors, savedParameters, type TaggerModel } from '#tagging/model/tagger-model.js';
import { createTagger, type ModelTagger } from '#tagging/tagger/tagger.js';
import { trainingPlan } from '#training/config/training-plan.js';
import { createTrainer } from '#training/loop/trainer.js';
import { assembleFrom, type CorpusToLearn, inputsOf } from './assemble.js';

/** A training in memory: sentences and settings in, weights out. The same task gives the same bytes wherever it runs. */
export interface WeightsTask extends CorpusToLearn {
  /** To stop early by; without it every epoch is run and the last one kept. */
  readonly dev?: readonly LabelledSentence[] | undefined;
}

export interface TrainedWeights {
  /** All that was learned, as a safetensors file. */
  readonly file: Uint8Array;
  readonly epochs: number;
}

/** Signals reach a process only between two turns of its event loop, so the loop is given a turn this often. */
const BREATHE_MS = 50;

/**
 * Trains, and yields which share of it is done, 0 to 1, if it runs to its last epoch.
 *
 * @throws {AppError} `interrupted` once the signal is aborted; `numerical_failure`, `out_of_memory`
 */
export async function* trainWeights(
  task: WeightsTask,
  {
    kernels,
    threads,
    signal,
  }: { readonly kernels: Kernels; readonly threads: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<number, TrainedWeights> {
  const { dev, config } = task;
  const { model, engine, runner } = await assembleFrom(task, { kernels, threads });
  try {
    const tagger = taggerOf(task, model);
    const trainer = createTrainer({
      model,
      config: config.training,
      engine,
      runner,
      evaluate: dev && (() => evaluateTagger(tagger, dev)),
    });
    const planned = trainingPlan(config.training, engine.batchesPerEpoch).epochs;
    const epochs = Math.min(config.training.stop_epoch || planned, planned);
    let lastBreath = performance.now();
    const loop = trainer.run();
    for (let next = loop.next(); ; next = loop.next()) {
      if (next.done) return { file: encodeTensors(savedParameters(model)), epochs: next.value.epochs };
      const report = next.value;
      if (report.type === 'step') yield (report.epoch - 1 + report.batch / report.batches) / epochs;
      if (performance.now() - lastBreath > BREATHE_MS) {
        await setImmediate();
        lastBreath = performance.now();
      }
      if (signal?.aborted) throw new AppError('interrupted', 'training: interrupted');
    }
  } finally {
    await runner.close();
  }
}

/**
 * The tagger that a task has made.
 *
 * @throws {AppError} `damaged_model` if the weights are those of another task.
 */
export function trainedTagger(
  task: WeightsTask,
  { file }: Pick<TrainedWeights, 'file'>,
  kernels: Kernels,
): { readonly tagger: ModelTagger; readonly model: TaggerModel } {
  const { config } = task;
  const { vocabularies, labels } = inputsOf(task);
  const model = createTaggerModel({
    config: config.model,
    vocabularies,
    labels,
    regularization: config.training,
    kernels,
    random: createRandom(task.seed).fork('weights'),
  });
  loadTensors(model, decodeTensors(file, 'weights').tensors, 'weights');
  return { model, tagger: taggerOf(task, model) };
}

function taggerOf({ train }: WeightsTask, model: TaggerModel): ModelTagger {
  return createTagger(model, { id: 'training', version: 0, sha256: '' }, { tokenizer: chooseTokenizer(train) });
}
