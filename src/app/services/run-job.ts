import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import { findRecipe } from '#training/config/recipes.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { CONTINUED_TRAINING, changeSince, continueFrom } from './continue-from.js';
import { type CorpusParts, splitOff, type TrainReport, type TrainResult, train } from './train.js';
import { readTrainingFiles, withPlainTags } from './train-from-files.js';
import type { JobScores, TrainingJobEvent, TrainingJobRequest } from './training-job.js';
import type { JobSentences } from './training-protocol.js';

/** Steps are told no more often than this. */
const STEP_MS = 200;

/** A training job from beginning to end, in this process; what `training-process` runs. */
export async function* runJob({
  request,
  sentences,
  output,
  resume,
  signal,
}: {
  readonly request: TrainingJobRequest;
  /** Where the data are sentences. */
  readonly sentences: JobSentences | undefined;
  readonly output: string;
  readonly resume: boolean;
  readonly signal: AbortSignal;
}): AsyncGenerator<TrainingJobEvent> {
  const { seed = 0, modelName, activation = 'when_better', watch = [] } = request;
  const chosen = parseRunConfig({ ...findRecipe(request.recipe).options, ...request.settings }, 'settings');
  const isToldPlain = chosen.model.tag_format === 'plain';
  const read = sentences
    ? { ...partsOf(request, sentences, seed), isPlain: isToldPlain }
    : await readTrainingFiles({ ...filesOf(request), folds: request.folds }, seed, isToldPlain);
  const { notices, isPlain, ...parts } = read;
  yield* notices;
  const continued = request.base === undefined ? undefined : await continueFrom(request.base, parts.train.sentences);
  if (continued) yield* continued.remarks;
  const settings = { ...CONTINUED_TRAINING, ...continued?.settings, ...request.settings };
  const config = continued ? parseRunConfig(settings, 'settings') : chosen;
  const run = train({
    ...parts,
    output,
    modelName,
    recipe: continued ? `from ${continued.base.name}` : request.recipe,
    ...(continued && { base: continued.base }),
    config: isPlain ? withPlainTags(config) : config,
    seed,
    resume,
    isRecorded: true,
    activation,
    watch,
    signal,
  });
  let lastStep = 0;
  let next = await run.next();
  while (!next.done) {
    const report = next.value;
    const isTooSoon = report.type === 'step' && performance.now() - lastStep < STEP_MS;
    if (report.type === 'step' && !isTooSoon) lastStep = performance.now();
    const event = isTooSoon ? undefined : eventOf(report);
    if (event) yield event;
    next = await run.next();
  }
  if (continued) {
    yield* changeSince(continued, { sentences: (parts.dev ?? parts.train).sentences, labels: next.value.dev.labels });
  }
  yield resultOf(next.value);
}

function partsOf(
  { title, folds }: TrainingJobRequest,
  { train: sentences, dev }: JobSentences,
  seed: number,
): CorpusParts {
  const whole = { name: title, sentences };
  if (dev === undefined) {
    const { remarks, ...parts } = splitOff(whole, { seed, folds });
    return { ...parts, notices: remarks };
  }
  return { train: whole, dev: { name: `${title}, dev`, sentences: dev }, notices: [] };
}

function filesOf({ data }: TrainingJobRequest): Partial<Extract<TrainingJobRequest['data'], { kind: 'files' }>> {
  return data.kind === 'files' ? data : {};
}

/** Nothing of what is only worth telling once it is done. */
function eventOf(report: TrainReport): TrainingJobEvent | undefined {
  switch (report.type) {
    case 'notice':
    case 'remark':
      return report;
    case 'vectors':
    case 'forgetting':
      return undefined;
    case 'fold': {
      const { training, trainings, share, sentences } = report;
      if (share < 1) return undefined;
      const message = `Trained on ${sentences} sentences to be scored on the others: ${training} of ${trainings}.`;
      return { type: 'remark', message };
    }
    case 'start': {
      const { type, runId, sentences, labels, parameters, resumedAtEpoch } = report;
      return { type, runId, sentences, labels, parameters, resumedAtEpoch };
    }
    case 'step': {
      const { type, batch, batches } = report;
      return { type, batch, batches, ...progressOf(report) };
    }
    case 'epoch': {
      const { type, learningRate, gradientNorm, isBest, dev } = report;
      return { type, learningRate, gradientNorm, isBest, dev: dev && scoresOf(dev), ...progressOf(report) };
    }
    case 'watch': {
      const texts = report.texts.map(({ text, entities }) => ({
        text,
        entities: entities.map(({ start, end, label, score }) => ({ start, end, label, score })),
      }));
      return { type: 'watch', epoch: report.epoch, texts };
    }
  }
}

function progressOf(report: Extract<TrainReport, { type: 'step' | 'epoch' }>) {
  const { epoch, step, loss, tokensPerSecond, seconds, secondsLeft } = report;
  return {
    epoch,
    step,
    loss: finite(loss),
    tokensPerSecond: finite(tokensPerSecond),
    seconds,
    secondsLeft: finite(secondsLeft),
  };
}

function resultOf({ output, meta, seconds, epochs, bestEpoch, dev, test, activation }: TrainResult): TrainingJobEvent {
  return {
    type: 'result',
    output,
    weightsSha256: meta.weights_sha256,
    seconds,
    epochs,
    bestEpoch,
    dev: scoresOf(dev),
    test: test && scoresOf(test),
    activation,
  };
}

function scoresOf({ micro: { precision, recall, f1 }, labels }: Pick<Evaluation, 'micro' | 'labels'>): JobScores {
  return {
    precision,
    recall,
    f1,
    labels: Object.fromEntries(Object.entries(labels).map(([label, scores]) => [label, scores.f1])),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
