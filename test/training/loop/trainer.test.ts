import { describe, expect, test } from 'vitest';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { createRandom } from '#base/random.js';
import type { Precision } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { learningRateAt } from '#engine/optimizers/schedules.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { createSpanScorer, type Evaluation } from '#tagging/evaluation/span-scores.js';
import { createBatch } from '#tagging/features/batch.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { createTaggerModel, type TaggerModel } from '#tagging/model/tagger-model.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { parseRunConfig } from '#training/config/training-config.js';
import type { Trainer } from '#training/loop/trainer.js';
import type { EpochReport, StepReport, TrainingOutcome } from '#training/reports/reports.js';
import { expectClose, expectSame } from '../../helpers/closeness.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';
import { tokenizer } from '../../helpers/tokenizer.js';
import { trainerOf } from '../../helpers/trainer-of.js';

/** Eight sentences in batches of three: three steps an epoch, the last of two sentences. */
const SMALL = { ...TINY_CONFIG, max_epochs: 4 };

interface Setup {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly precision?: Precision;
  /** F1 of each evaluation in turn, instead of the model's own. */
  readonly scores?: readonly (number | null)[];
}

function made({ config = {}, seed = 1, precision = 'float32', scores }: Setup = {}): {
  model: TaggerModel;
  trainer: Trainer;
} {
  const { model: modelConfig, training } = parseRunConfig({ ...SMALL, ...config }, 'test');
  const random = createRandom(seed);
  const model = createTaggerModel({
    config: modelConfig,
    vocabularies: buildFeatureVocabularies(
      TINY_CORPUS.flatMap(({ words }) => words),
      modelConfig,
    ),
    labels: labelsOf(TINY_CORPUS),
    regularization: training,
    kernels: createReferenceKernels(precision),
    random: random.fork('weights'),
  });
  const tagger = createTagger(model, { id: 'test', version: 0, sha256: '' }, { tokenizer });
  const scripted = scores?.map(evaluationOf)[Symbol.iterator]();
  const trainer = trainerOf({
    model,
    train: TINY_CORPUS.map(({ words, tags }) => model.encoder.encode(words, model.tagSet.encode(tags))),
    config: training,
    random: random.fork('training'),
    evaluate: () => (scripted ? scripted.next().value! : evaluateTagger(tagger, TINY_CORPUS)),
  });
  return { model, trainer };
}

/** Null: of a dev part without names. */
function evaluationOf(f1: number | null): Evaluation {
  const nothing = createSpanScorer().result();
  if (f1 === null) return nothing;
  return { ...nothing, micro: { ...nothing.micro, gold: 1, f1 } };
}

function runOf(trainer: Trainer): { steps: StepReport[]; epochs: EpochReport[]; outcome: TrainingOutcome } {
  const steps: StepReport[] = [];
  const epochs: EpochReport[] = [];
  const run = trainer.run();
  for (let next = run.next(); ; next = run.next()) {
    if (next.done) return { steps, epochs, outcome: next.value };
    if (next.value.type === 'step') steps.push(next.value);
    else epochs.push(next.value);
  }
}

/** The final weights of a whole training. */
function trained(setup: Setup): number[] {
  const { model, trainer } = made(setup);
  runOf(trainer);
  return [...model.network.parameters.values];
}

describe('learning', () => {
  test('begins at a loss near ln K', () => {
    const { model } = made({ precision: 'float64', config: { dropout: 0, word_dropout: 0 } });
    const { network, encoder, tagSet, kernels } = model;
    const batch = createBatch(TINY_CORPUS.map(({ words, tags }) => encoder.encode(words, tagSet.encode(tags))));
    const context = { kernels, training: false, random: createRandom(0) };
    const loss = network.lossAndGradient(batch, context, 1 / batch.layout.rows);
    expect(tagSet.tags.length).toBe(13);
    expect(Math.abs(loss - Math.log(13))).toBeLessThan(0.3);
  });

  test.each([
    ['rnn, BIOES', {}],
    ['rnn, BIO', { tag_format: 'bio' }],
    ['relu', { rnn_type: 'relu' }],
    ['gru', { rnn_type: 'gru' }],
    ['lstm', { rnn_type: 'lstm' }],
    ['crf', { crf: true }],
    ['characters alone', { char_filters: 8, word_dimension: 0, affix_dimension: 0, shape_dimension: 0 }],
    ['variational dropout', { variational_dropout: 0.2, dropout: 0 }],
    ['batch normalisation', { normalization: 'batch', batch_size: 0 }],
    [
      'everything',
      { layers: 2, bidirectional: true, residual: true, normalization: 'layer', attention: 'sentence', crf: true },
    ],
  ])('eight sentences are learnt by heart: %s', (_, config) => {
    const { trainer } = made({
      config: { ...config, max_epochs: 100, patience: 100, dropout: 0.1, hidden_size: 12, learn_rate: 0.02 },
    });
    const { outcome, epochs } = runOf(trainer);
    expect(outcome.bestF1).toBe(1);
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0].loss / 5);
  });

  test.each(['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'])('the loss falls with %s', (optimizer) => {
    const learn_rate = ['sgd', 'momentum'].includes(optimizer) ? 0.5 : 0.03;
    const { trainer } = made({ config: { optimizer, learn_rate, max_epochs: 8 } });
    const { epochs } = runOf(trainer);
    expect(epochs.at(-1)!.loss).toBeLessThan(0.8 * epochs[0].loss);
  });
});

describe('chance', () => {
  test('the same seed gives the same weights, bit by bit', () => {
    expect(trained({ seed: 0 })).toEqual(trained({ seed: 0 }));
  });

  test('another seed gives others; 0 is a seed like any other', () => {
    expect(trained({ seed: 0 })).not.toEqual(trained({ seed: 1 }));
  });

  test('weights, batches and dropout each have a part in it', () => {
    const shown = (config: object) =>
      runOf(made({ config: { ...config, max_epochs: 1 } }).trainer).steps.map(({ loss }) => loss);
    expect(shown({ dropout: 0.4 })).not.toEqual(shown({ dropout: 0 }));
    expect(shown({ word_dropout: 0.4 })).not.toEqual(shown({ word_dropout: 0 }));
  });
});

describe('going on from a saved state', () => {
  const CASES = [
    { optimizer: 'adam', weight_average: 0.99 },
    { optimizer: 'adam', weight_average: 0 },
    { optimizer: 'adamw', weight_average: 0.9 },
    { optimizer: 'rmsprop', weight_average: 0.99 },
    { optimizer: 'momentum', weight_average: 0 },
    { optimizer: 'sgd', weight_average: 0.99 },
    { optimizer: 'adam', weight_average: 0.9, normalization: 'batch' },
  ];

  /** What is yielded after the state was saved at report number `stop` and given to a new trainer; and the final weights. */
  function interrupted(setup: Setup, stop: number) {
    const first = made(setup);
    const run = first.trainer.run();
    for (let i = 0; i < stop; i++) run.next();
    const state = structuredClone(first.trainer.state());
    const second = made({ ...setup, seed: 1 });
    second.model.network.parameters.state.fill(7); // restore must not rely on what is there
    second.trainer.restore(state);
    const { steps, epochs, outcome } = runOf(second.trainer);
    return { steps, epochs, outcome, weights: [...second.model.network.parameters.state] };
  }

  // Six epochs of three steps and a report: after a step in mid-epoch, after an epoch's last step, and after an epoch.
  test.each(CASES.flatMap((config) => [2, 3, 4, 10, 23].map((stop) => ({ ...config, stop }))))(
    'is as if nothing had happened: $optimizer, average $weight_average, after report $stop',
    ({ stop, ...config }) => {
      const setup = { config: { ...config, max_epochs: 6, dropout: 0.3, word_dropout: 0.2, L2: 1e-4 } };
      const whole = made(setup);
      const { epochs, outcome } = runOf(whole.trainer);
      const resumed = interrupted(setup, stop);
      expectSame(resumed.weights, whole.model.network.parameters.state);
      expect(resumed.outcome).toEqual(outcome);
      expect(resumed.epochs).toEqual(epochs.slice(-resumed.epochs.length));
    },
  );

  test('also where the last step allowed was just made, and its evaluation is still to come', () => {
    const setup = { config: { max_steps: 5, max_epochs: 6 } };
    const whole = made(setup);
    const { outcome, epochs } = runOf(whole.trainer);
    const resumed = interrupted(setup, 6); // 3 steps, an epoch, 2 steps
    expect(resumed.epochs).toEqual(epochs.slice(-1));
    expectSame(resumed.weights, whole.model.network.parameters.values);
    expect(resumed.outcome).toEqual(outcome);
  });

  test('patience counts on', () => {
    const scores = [0.5, 0.4, 0.3, 0.2, 0.1];
    const setup = { config: { patience: 3, max_epochs: 10 }, scores };
    const first = made(setup);
    const run = first.trainer.run();
    for (let i = 0; i < 8; i++) run.next(); // two epochs
    const second = made({ ...setup, scores: scores.slice(2) });
    second.trainer.restore(structuredClone(first.trainer.state()));
    expect(runOf(second.trainer).outcome).toEqual({
      bestEpoch: 1,
      bestF1: 0.5,
      outsideBiasShift: 0,
      epochs: 4,
      stopped: 'patience',
    });
  });

  test('refuses arrays of another network or optimiser', () => {
    const { trainer } = made();
    const { cursor, arrays } = trainer.state();
    const { 'optimizer.firstMoment': _, ...without } = arrays;
    const lacking = thrownBy(() => trainer.restore({ cursor, arrays: without }));
    expect(lacking.code).toBe('damaged_checkpoint');
    expect(lacking.message).toBe(
      `checkpoint: "optimizer.firstMoment" must hold ${arrays.values.length} numbers, found undefined`,
    );
    const short = thrownBy(() => trainer.restore({ cursor, arrays: { ...arrays, best: new Float32Array(3) } }));
    expect(short.message).toBe(`checkpoint: "best" must hold ${arrays.values.length} numbers, found 3`);
  });
});

describe('when to stop', () => {
  const outcomeOf = (config: Readonly<Record<string, unknown>>, scores: readonly (number | null)[]) =>
    runOf(made({ config, scores }).trainer);

  test('after max_epochs', () => {
    const { outcome, epochs, steps } = outcomeOf({ max_epochs: 3 }, [0.1, 0.2, 0.3]);
    expect(outcome).toEqual({ bestEpoch: 3, bestF1: 0.3, outsideBiasShift: 0, epochs: 3, stopped: 'max_epochs' });
    expect(epochs.map(({ epoch, step, isBest }) => ({ epoch, step, isBest }))).toEqual([
      { epoch: 1, step: 3, isBest: true },
      { epoch: 2, step: 6, isBest: true },
      { epoch: 3, step: 9, isBest: true },
    ]);
    expect(steps.map(({ epoch, step, batch, batches }) => [epoch, step, batch, batches])).toEqual(
      [1, 2, 3].flatMap((epoch) => [1, 2, 3].map((batch) => [epoch, 3 * (epoch - 1) + batch, batch, 3])),
    );
  });

  test('after as many epochs without a better score as patience allows; an equal score is no better', () => {
    const { outcome, epochs } = outcomeOf({ max_epochs: 20, patience: 3 }, [0.1, 0.5, 0.5, 0.4, 0.5, 0.9]);
    expect(outcome).toEqual({ bestEpoch: 2, bestF1: 0.5, outsideBiasShift: 0, epochs: 5, stopped: 'patience' });
    expect(epochs.map(({ isBest }) => isBest)).toEqual([true, true, false, false, false]);
  });

  test('after stop_epoch, though the learning rate is planned for more', () => {
    const { outcome, epochs } = outcomeOf({ max_epochs: 9, stop_epoch: 2 }, [0.1, 0.2, 0.3]);
    expect(outcome).toMatchObject({ bestEpoch: 2, bestF1: 0.2, epochs: 2, stopped: 'max_epochs' });
    const whole = outcomeOf(
      { max_epochs: 9 },
      Array.from({ length: 9 }, (_, i) => i / 10),
    );
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual(
      whole.epochs.slice(0, 2).map(({ learningRate }) => learningRate),
    );
  });

  test('patience does not begin before anything was found', () => {
    const scores = [0, 0, 0, 0, 0, 0.3, 0.2, 0.1, 0.9];
    const { outcome } = outcomeOf({ max_epochs: 20, patience: 2 }, scores);
    expect(outcome).toMatchObject({ bestEpoch: 6, bestF1: 0.3, epochs: 8, stopped: 'patience' });
  });

  test('a first score of 0 is the best so far', () => {
    const { outcome } = outcomeOf({ max_epochs: 2 }, [0, 0]);
    expect(outcome).toMatchObject({ bestEpoch: 1, bestF1: 0 });
  });

  test('after max_steps, in mid-epoch, with an evaluation', () => {
    const { outcome, epochs, steps } = outcomeOf({ max_steps: 4, max_epochs: 9 }, [0.1, 0.2]);
    expect(outcome).toEqual({ bestEpoch: 2, bestF1: 0.2, outsideBiasShift: 0, epochs: 2, stopped: 'max_steps' });
    expect(steps.length).toBe(4);
    expect(epochs.at(-1)).toMatchObject({ epoch: 2, step: 4 });
    expect(epochs.at(-1)!.dev).not.toBeNull();
  });

  test('without a name in dev the last epoch is kept, however long nothing gets better', () => {
    const { outcome } = outcomeOf(
      { max_epochs: 5, patience: 1 },
      Array.from({ length: 5 }, () => null),
    );
    expect(outcome).toMatchObject({ bestEpoch: 5, epochs: 5, stopped: 'max_epochs' });
  });

  test('eval_frequency skips epochs, but never the last', () => {
    const { epochs } = outcomeOf({ max_epochs: 5, eval_frequency: 2 }, [0.1, 0.2, 0.3]);
    expect(epochs.map(({ dev }) => dev?.micro.f1 ?? null)).toEqual([null, 0.1, null, 0.2, 0.3]);
  });

  test('patience shorter than eval_frequency: never given up on without having looked', () => {
    const { outcome, epochs } = outcomeOf({ max_epochs: 20, eval_frequency: 10, patience: 3 }, [0.1, 0.2, 0.1]);
    expect(epochs.map(({ dev }) => dev?.micro.f1 ?? null)).toEqual([null, null, 0.1, null, null, 0.2, null, null, 0.1]);
    expect(outcome).toEqual({ bestEpoch: 6, bestF1: 0.2, outsideBiasShift: 0, epochs: 9, stopped: 'patience' });
  });

  test('the model is left with the best weights, not the last', () => {
    const config = { max_epochs: 3, weight_average: 0 };
    const { model, trainer } = made({ config, scores: [0.2, 0.9, 0.5] });
    const run = trainer.run();
    const after: number[][] = [];
    for (let next = run.next(); !next.done; next = run.next()) {
      if (next.value.type === 'epoch') after.push([...model.network.parameters.values]);
    }
    expectSame(model.network.parameters.values, after[1]);
    expect(after[1]).not.toEqual(after[2]);
  });

  test('with weight averaging the averaged weights are evaluated and kept, the others trained', () => {
    const config = { max_epochs: 1, weight_average: 0.99, learn_rate: 0.1 };
    const { model, trainer } = made({ config, scores: [0.2] });
    const run = trainer.run();
    for (let i = 0; i < 4; i++) run.next();
    const { values, average, best } = trainer.state().arrays;
    expect(values).not.toEqual(average);
    expect(best).toEqual(average);
    const kept = [...average];
    run.next();
    expectSame(model.network.parameters.values, kept);
  });
});

describe('running statistics', () => {
  const BATCH = { normalization: 'batch', dropout: 0, word_dropout: 0, batch_size: 0 } as const;
  const namesOf = (model: TaggerModel) =>
    model.network.parameters.list.filter(({ trainable }) => !trainable).map(({ name }) => name);

  test.each([1, 2, 3])('move a tenth of the way to what %i shards measured, each counting by its tokens', (shards) => {
    const { model, trainer } = made({ config: { ...BATCH, shards } });
    const { parameters } = model.network;
    expect(namesOf(model)).toEqual(['rnn.norm_l0.running_mean', 'rnn.norm_l0.running_var']);
    const total = TINY_CORPUS.reduce((sum, { words }) => sum + words.length, 0);
    // What each shard measures, by replicas of the network and the same deal of sentences, longest first in turn.
    const sentences = TINY_CORPUS.map(({ words, tags }) => model.encoder.encode(words, model.tagSet.encode(tags)));
    const sorted = sentences.toSorted((i, j) => j.length - i.length || sentences.indexOf(i) - sentences.indexOf(j));
    const expected = Float64Array.from(parameters.statistics, (before) => 0.9 * before);
    for (let shard = 0; shard < shards; shard++) {
      const own = createBatch(sorted.filter((_, place) => place % shards === shard));
      const replica = model.network.replicate();
      const context = { kernels: model.kernels, training: true, random: createRandom(0) };
      replica.lossAndGradient(own, context, 1 / total);
      replica.parameters.measured.forEach((measured, i) => {
        expected[i] += (0.1 * measured * own.layout.rows) / total;
      });
    }
    trainer.run().next();
    expectClose(parameters.statistics, expected, 1e-6);
  });

  test('are those of the best epoch in the end', () => {
    const { model, trainer } = made({ config: { ...BATCH, max_epochs: 3 }, scores: [0.2, 0.9, 0.5] });
    const run = trainer.run();
    const after: number[][] = [];
    for (let next = run.next(); !next.done; next = run.next()) {
      if (next.value.type === 'epoch') after.push([...model.network.parameters.statistics]);
    }
    expectSame(model.network.parameters.statistics, after[1]);
    expect(after[1]).not.toEqual(after[2]);
  });
});

describe('batches and schedule', () => {
  test('batch_size 0 puts the corpus into one batch', () => {
    const { steps } = runOf(made({ config: { batch_size: 0, max_epochs: 2 } }).trainer);
    expect(steps.map(({ batch, batches }) => [batch, batches])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test('a batch larger than the corpus is the corpus', () => {
    expect(trained({ config: { batch_size: 1000 } })).toEqual(trained({ config: { batch_size: 0 } }));
  });

  test('tokens and mean loss are of the epoch so far', () => {
    const { steps, epochs } = runOf(made({ config: { max_epochs: 2 } }).trainer);
    const tokens = TINY_CORPUS.reduce((sum, { words }) => sum + words.length, 0);
    expect(epochs.map((report) => report.tokens)).toEqual([tokens, tokens]);
    expect(epochs[1].loss).toBe(steps[5].loss);
    expect(steps[3].tokens).toBeLessThan(tokens);
    for (const { gradientNorm } of epochs) expect(gradientNorm).toBeGreaterThan(0);
  });

  test('linear decay ends with the training: at max_epochs, or at max_steps if that comes first', () => {
    const lastRate = (config: object) =>
      runOf(made({ config: { ...config, max_epochs: 4, warmup_steps: 0, schedule: 'linear' } }).trainer).epochs.at(-1)!
        .learningRate;
    const rateOf = (totalSteps: number) =>
      learningRateAt(totalSteps - 1, {
        name: 'linear',
        learningRate: 0.01,
        warmupSteps: 0,
        totalSteps,
        decay: 0,
        stepsPerEpoch: 3,
      });
    expect(lastRate({})).toBe(rateOf(12));
    expect(lastRate({ max_steps: 7 })).toBe(rateOf(7));
    expect(lastRate({ max_steps: 1_000_000 })).toBe(rateOf(12));
  });

  test('L2 draws the weights towards 0', () => {
    const norm = (weights: number[]) => Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0));
    const common = { optimizer: 'sgd', learn_rate: 0.1, weight_average: 0, grad_clip: 0 };
    const scores = [0.1, 0.2, 0.3, 0.4]; // so that the weights of the last epoch are the ones kept
    const drawn = norm(trained({ config: { ...common, L2: 0.5 }, scores: [...scores, 0.5] }));
    expect(drawn).toBeLessThan(0.8 * norm(trained({ config: common, scores: [...scores, 0.5] })));
  });

  test('grad_clip bounds the step, and the norm reported is the one before', () => {
    const config = {
      optimizer: 'sgd',
      learn_rate: 1,
      warmup_steps: 0,
      schedule: 'constant',
      batch_size: 0,
      max_epochs: 1,
      weight_average: 0,
    };
    const moved = (grad_clip: number) => {
      const { model, trainer } = made({ config: { ...config, grad_clip }, precision: 'float64' });
      const before = Float64Array.from(model.network.parameters.values);
      const { epochs } = runOf(trainer);
      const distance = Math.sqrt(before.reduce((sum, w, i) => sum + (w - model.network.parameters.values[i]) ** 2, 0));
      return { distance, norm: epochs[0].gradientNorm };
    };
    const { norm } = moved(0);
    expect(moved(0).distance).toBeCloseTo(norm, 10);
    expect(moved(norm / 3)).toMatchObject({ norm });
    expect(moved(norm / 3).distance).toBeCloseTo(norm / 3, 10);
  });
});

describe('divergence', () => {
  test('a learning rate that is far too high stops the training and says where', () => {
    const config = { optimizer: 'sgd', learn_rate: 1e38, grad_clip: 0, rnn_type: 'relu', warmup_steps: 0 };
    const error = thrownBy(() => runOf(made({ config }).trainer));
    expect(error.code).toBe('numerical_failure');
    expect(error.message).toMatch(
      /^training: loss \S+ and gradient norm \S+ at step [1-9], first in (the gradient of )?parameter "[a-z0-9_.]+"; the likely cause is learn_rate 1e\+38 with no limit to the gradient \(grad_clip 0\)\. What was saved before is kept, but resumed with these settings the training ends here again: start afresh with a lower learn_rate or another grad_clip$/,
    );
  });

  test('is seen too where saturated units keep the loss finite', () => {
    const error = thrownBy(() => runOf(made({ config: { learn_rate: 1e30, warmup_steps: 0 } }).trainer));
    expect(error.code).toBe('numerical_failure');
    expect(error.message).toMatch(
      /^training: loss \d\.\d\de\+\d\d at step 2, with weights of \d\.\d\de\+(29|30) in parameter "[a-z0-9_.]+"; the likely cause is learn_rate 1e\+30 with grad_clip 5\./,
    );
  });

  test('in the last update of all is seen before the weights are scored or saved', () => {
    const { model, trainer } = made({ config: { max_epochs: 1 }, scores: [] }); // to be scored would be another error
    const { network } = model;
    const seen = thrownBy(() => {
      for (const report of trainer.run()) {
        if (report.type !== 'step' || report.batch < report.batches) continue;
        network.parameters.get('output.weight').values[3] = Number.NEGATIVE_INFINITY;
        expect(() => trainer.state()).toThrow('weights that are not finite after step');
      }
    });
    expect(seen.code).toBe('numerical_failure');
    expect(seen.message).toContain(
      'training: weights that are not finite after step 3, first in parameter "output.weight"; ',
    );
  });

  test('a weight that is not a number names its parameter', () => {
    const { model, trainer } = made();
    model.network.parameters.get('output.weight').values[0] = Number.NaN;
    const error = thrownBy(() => runOf(trainer));
    expect(error.message).toContain('training: loss NaN and gradient norm NaN at step 1, first in parameter "');
  });
});
