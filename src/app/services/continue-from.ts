import { join } from 'node:path';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { percent } from '#base/percent.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import { loadModel } from '#tagging/model/model-directory.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import type { RemarkReport } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import type { BaseModel } from '#training/run/start-from.js';
import { findModel } from './active-model.js';
import { type ForgettingReport, forgettingBetween } from './forgetting.js';
import { readBundledPart } from './rehearsal.js';

/** A model that a training goes on from, and what follows from that. */
export interface ContinuedModel {
  readonly base: BaseModel;
  /** Settings of its network, for another one could not take its weights, and its vectors. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly remarks: readonly RemarkReport[];
  /** As it was before the training. */
  readonly tagger: Tagger;
}

/**
 * For few sentences, as which most of such trainings have. Measured on 200 sentences with nine labels (docs/quality.md), where a CRF
 * is worth two points: what follows what is learned of the new labels, whatever the base decodes with.
 */
export const CONTINUED_TRAINING = {
  batch_size: 8,
  learn_rate: 0.006,
  max_epochs: 40,
  patience: 40,
  weight_average: 0.99,
} as const;

/**
 * @param spec A model directory, or the name of a model.
 * @throws {AppError} as `findModel` and `loadModel`.
 */
export async function continueFrom(spec: string, sentences: readonly LabelledSentence[]): Promise<ContinuedModel> {
  const { path, id, version } = await findModel(spec);
  // In kernels of its own: threads that share a memory take the same arrays in the same order.
  const { model } = loadModel(path, selectKernels('reference').kernels);
  const tagger = await loadTagger(path, { identity: { id, version } });
  const name = `${id}@${version}`;
  return {
    base: { name, model, keepsWords: true },
    settings: {
      ...model.config,
      crf: true,
      vectors: model.vocabularies.vectors ? join(path, 'vectors.safetensors') : 'none',
    },
    remarks: remarksOn(name, model.tagSet.labels, labelsOf(sentences)).map((message) => ({ type: 'remark', message })),
    tagger,
  };
}

function remarksOn(name: string, known: readonly string[], labels: readonly string[]): string[] {
  const said = (what: string, some: readonly string[]): string[] =>
    some.length > 0 ? [`${what} ${some.join(', ')}`] : [];
  const parts = [
    ...said(
      'keeps',
      labels.filter((label) => known.includes(label)),
    ),
    ...said(
      'learns anew',
      labels.filter((label) => !known.includes(label)),
    ),
  ];
  const lost = known.filter((label) => !labels.includes(label));
  const forgets = lost.length === 0 ? [] : [`It will forget ${lost.join(', ')}: no sentence marks them.`];
  return [`Goes on from ${name}: ${parts.join('; ')}.`, ...forgets];
}

/** What became of the labels that both know, F1 on the same sentences before and after; nothing where there are none. */
export function changeSince(
  { base, tagger }: Pick<ContinuedModel, 'base' | 'tagger'>,
  { sentences, labels: after }: { sentences: readonly LabelledSentence[]; labels: Evaluation['labels'] },
): RemarkReport[] {
  const before = evaluateTagger(tagger, sentences).labels;
  const changes = Object.keys(before)
    .filter((label) => base.model.tagSet.labels.includes(label) && label in after)
    .map((label) => `${label} ${percent(before[label].f1)} -> ${percent(after[label].f1)}`);
  if (changes.length === 0) return [];
  return [{ type: 'remark', message: `From ${base.name} to now, F1 on dev: ${changes.join(', ')}.` }];
}

/** The same on sentences of the kind that the base learned from: those that a rehearsal held out, or the bundled dev part. */
export async function forgettingSince(
  { base, tagger }: Pick<ContinuedModel, 'base' | 'tagger'>,
  { output, heldOut }: { readonly output: string; readonly heldOut: CorpusPart | undefined },
): Promise<ForgettingReport | RemarkReport> {
  const { name: corpus, sentences } = heldOut ?? (await readBundledPart('dev'));
  const after = await loadTagger(output, { identity: { id: 'trained', version: 0 } });
  const report = forgettingBetween({ before: tagger, after }, { base: base.name, corpus, sentences });
  if (report) return report;
  const message = `What was forgotten of ${base.name} is not measured: both models and ${corpus} share no label (--map OLD=NEW renames those of files).`;
  return { type: 'remark', message };
}
