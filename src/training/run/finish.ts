import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { ONOMAST_VERSION } from '#base/version.js';
import { calibrate } from '#tagging/evaluation/calibrate.js';
import { evaluateFinally, type FinalEvaluation } from '#tagging/evaluation/final-evaluation.js';
import { fitMemory } from '#tagging/evaluation/fit-memory.js';
import { createKnownEntities, entityHashes } from '#tagging/evaluation/known-entities.js';
import { toSeqevalReport } from '#tagging/evaluation/report.js';
import { saveModel } from '#tagging/model/model-directory.js';
import type { ModelMeta, ModelSource } from '#tagging/model/model-files.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';
import { memoryWeight } from '#training/config/memory-weight.js';
import type { RunConfig } from '#training/config/training-config.js';
import type { CorpusPart } from './corpus-part.js';

/** A saved model and its scores. */
export interface FinishedModel {
  readonly meta: ModelMeta;
  readonly dev: FinalEvaluation;
  readonly test: FinalEvaluation | null;
}

/** What follows the last epoch: fits the temperature and the memory on dev, scores the model once more, and saves it. */
export function finishModel({
  model,
  tagger,
  train,
  dev,
  test,
  config,
  seed,
  dataSha256,
  tokenizer,
  output,
}: {
  readonly model: TaggerModel;
  /** Of the same model. */
  readonly tagger: ModelTagger;
  readonly train: CorpusPart;
  readonly dev: CorpusPart;
  readonly test: CorpusPart | undefined;
  readonly config: RunConfig;
  readonly seed: number;
  readonly dataSha256: string;
  readonly tokenizer: Tokenizer;
  readonly output: string;
}): FinishedModel {
  const { temperature } = calibrate(tagger, dev.sentences);
  const memory = memoryWeight(config.training) ?? fitMemory(tagger, dev.sentences).weight;
  const entities = entityHashes(train.sentences);
  const evaluate = ({ sentences }: CorpusPart): FinalEvaluation =>
    evaluateFinally(tagger.withTemperature(temperature).withMemory(memory), sentences, {
      knownEntities: entities && createKnownEntities(entities),
      withIntervals: true,
    });
  const devScores = evaluate(dev);
  const testScores = test ? evaluate(test) : null;
  const meta = saveModel(
    output,
    model,
    { training: config.training, calibration: { temperature, memory }, entities },
    {
      description: `${config.model.rnn_type} with ${config.model.hidden_size} hidden units and ${config.model.look_ahead} words of look-ahead`,
      created: new Date().toISOString(),
      license: 'as the training data allow',
      sources: [sourceOf('train', train), sourceOf('dev', dev), ...(test ? [sourceOf('test', test)] : [])],
      data_sha256: dataSha256,
      seed,
      performance: { dev: toSeqevalReport(devScores), ...(testScores && { test: toSeqevalReport(testScores) }) },
      tokenizer: { id: tokenizer.id, version: tokenizer.version },
      onomast: ONOMAST_VERSION,
      node: process.versions.node,
    },
    { keepsPrevious: true },
  );
  return { meta, dev: devScores, test: testScores };
}

function sourceOf(role: string, { name, sentences, files }: CorpusPart): ModelSource {
  return { role, name, sentences: sentences.length, ...(files && { files }) };
}
