import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { ONOMAST_VERSION } from '#base/version.js';
import { calibrate } from '#tagging/evaluation/calibrate.js';
import {
  evaluateFinally,
  type FinalEvaluation,
  type FinalEvaluationOptions,
} from '#tagging/evaluation/final-evaluation.js';
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
import type { CrossValidation } from './cross-validation.js';
import type { FoldedTagger } from './folded-tagger.js';

/** A saved model and its scores. */
export interface FinishedModel {
  readonly meta: ModelMeta;
  readonly dev: FinalEvaluation;
  readonly test: FinalEvaluation | null;
}

/** What follows the last epoch: fits the temperature and the memory on dev, or on the folds, scores the model once more, and saves it. */
export function finishModel({
  model,
  tagger,
  train,
  dev,
  validation,
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
  /** Undefined where the training part was scored by folds. */
  readonly dev: CorpusPart | undefined;
  readonly validation: CrossValidation | undefined;
  readonly test: CorpusPart | undefined;
  readonly config: RunConfig;
  readonly seed: number;
  readonly dataSha256: string;
  readonly tokenizer: Tokenizer;
  readonly output: string;
}): FinishedModel {
  const judged = dev?.sentences ?? train.sentences;
  const judge: FoldedTagger = validation?.tagger ?? tagger;
  const { temperature } = calibrate(validation?.parts ?? [{ tagger, sentences: judged }]);
  const memory = memoryWeight(config.training) ?? fitMemory(judge, judged).weight;
  const entities = entityHashes(train.sentences);
  const known = entities && createKnownEntities(entities);
  const scored = (
    by: FoldedTagger,
    sentences: readonly LabelledSentence[],
    knownEntities: FinalEvaluationOptions['knownEntities'],
  ): FinalEvaluation =>
    evaluateFinally(by.withTemperature(temperature).withMemory(memory), sentences, {
      knownEntities,
      withIntervals: true,
    });
  const devScores = scored(judge, judged, validation ? validation.knownEntities : known);
  const testScores = test ? scored(tagger, test.sentences, known) : null;
  const meta = saveModel(
    output,
    model,
    { training: config.training, calibration: { temperature, memory }, entities },
    {
      description: `${config.model.rnn_type} with ${config.model.hidden_size} hidden units and ${config.model.look_ahead} words of look-ahead`,
      created: new Date().toISOString(),
      license: 'as the training data allow',
      sources: [
        sourceOf('train', train),
        sourceOf('dev', dev ?? foldsOf(train, validation)),
        ...(test ? [sourceOf('test', test)] : []),
      ],
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

function foldsOf({ name, sentences }: CorpusPart, validation: CrossValidation | undefined): CorpusPart {
  return { name: `${validation?.folds} folds of ${name}`, sentences };
}

function sourceOf(role: string, { name, sentences, files }: CorpusPart): ModelSource {
  return { role, name, sentences: sentences.length, ...(files && { files }) };
}
