import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { TrainingConfig } from '#training/config/training-config.js';
import type { EpochReport, NoticeReport } from '#training/reports/reports.js';

/** A network learns first that most words are no names; after so many epochs it should know better. */
const EPOCHS = 3;
/** Of all epochs: small steps, as small corpora get, need many of them. */
const EARLY_SHARE = 0.2;
/** Below these numbers a training is likelier to be unfinished than wrong. */
const FEW_STEPS = 100;
const FEW_NAMES = 100;
const SMALL_SHARE = 0.02;
/** Learning rates that usually work: plain gradient descent takes larger ones than the optimisers that scale their steps. */
const USUAL_RATES = { plain: [0.01, 1], scaling: [1e-4, 0.03] } as const;
const PLAIN: readonly TrainingConfig['optimizer'][] = ['sgd', 'momentum'];
const STRONG_DROPOUT = 0.7;

/**
 * Watches for a model that finds nothing at all in dev, and says so with the causes that the settings and the training data
 * suggest: once when it should know better, and again at the end if it still does not.
 *
 * @param epochs How many there will be unless the training stops early.
 */
export function createSilenceWatch(
  config: TrainingConfig,
  train: readonly LabelledSentence[],
  epochs: number,
): (report: EpochReport) => NoticeReport | undefined {
  let hasSpoken = false;
  let hasFound = false;
  return ({ epoch, step, dev }) => {
    if (dev === null) return undefined;
    hasFound ||= dev.micro.predicted > 0;
    if (dev.micro.predicted > 0) return undefined;
    const isEarly = epoch < Math.max(EPOCHS, EARLY_SHARE * epochs) || step < Math.max(FEW_STEPS, config.warmup_steps);
    const isLast = epoch >= epochs;
    if (!isLast && (isEarly || hasSpoken || hasFound)) return undefined;
    hasSpoken = true;
    const causes = likelyCauses(config, train, step);
    return {
      type: 'notice',
      message: `after ${epoch} epochs the model finds no name at all in the dev part. Likely causes: ${causes.join(', or ')}`,
    };
  };
}

function likelyCauses(config: TrainingConfig, train: readonly LabelledSentence[], step: number): string[] {
  const { optimizer, learn_rate, warmup_steps, dropout, variational_dropout, word_dropout, L2 } = config;
  const [lowest, highest] = USUAL_RATES[PLAIN.includes(optimizer) ? 'plain' : 'scaling'];
  const tags = train.flatMap((sentence) => sentence.tags);
  const names = tags.filter((tag) => tag.startsWith('B-')).length;
  const share = tags.filter((tag) => tag !== 'O').length / tags.length;
  const kept = (1 - dropout) * (1 - variational_dropout);
  const causes = [
    step <= warmup_steps && `the learning rate is still rising (step ${step} of ${warmup_steps} warmup_steps)`,
    step < FEW_STEPS && `only ${step} steps were made; a smaller batch_size or more max_epochs makes more`,
    learn_rate < lowest && `learn_rate ${learn_rate} is low for ${optimizer}`,
    learn_rate > highest && `learn_rate ${learn_rate} is high for ${optimizer}`,
    names < FEW_NAMES && `the training part has only ${names} names`,
    share < SMALL_SHARE && `only ${(100 * share).toFixed(1)} % of its words belong to names`,
    kept < 1 - STRONG_DROPOUT && `dropout leaves only ${Math.round(100 * kept)} % of the values`,
    word_dropout > STRONG_DROPOUT && `word_dropout ${word_dropout} hides most words`,
    L2 >= 0.01 && `L2 ${L2} keeps the weights near 0`,
  ].filter((cause) => cause !== false);
  return causes.length > 0
    ? causes
    : [
        `learn_rate ${learn_rate} does not suit the data, or the names of the dev part are of another kind than the ${names} learnt from`,
      ];
}
