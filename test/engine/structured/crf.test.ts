import { describe, expect, test } from 'vitest';
import { createTagSet } from '#annotation/tags/tag-set.js';
import type { Sequence } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { crfLoss, crfSpecs, crfTransitions } from '#engine/structured/crf.js';
import { legalTransitions } from '#tagging/model/tagger-model.js';
import { expectClose } from '../../helpers/closeness.js';
import { fillCosine } from '../../helpers/cosine.js';
import { cosineSequence, numericGradient } from '../../helpers/numeric-gradient.js';

const kernels = createReferenceKernels('float64');
const tagSet = createTagSet(['PER'], 'bioes');
const k = tagSet.tags.length;
const legal = legalTransitions(tagSet);
const parameters = createParameters(kernels, crfSpecs({ name: 'crf', tags: k }), undefined);
const transitions = parameters.get('crf.transitions');
const layout = createPackedLayout([3, 1]);
// "B E O" and "S": rows are the first tokens of both, then the rest of the longer.
const targets = Int32Array.from(['B-PER', 'S-PER', 'E-PER', 'O'].map((tag) => tagSet.id(tag)));
const lossOf = (emissions: Sequence) =>
  crfLoss({ kernels }, parameters, emissions, { name: 'crf', legal, targets, factor: 0.25 });

/** Minus log of the share that the gold path has of all legal paths, summed over the definition. */
function byDefinition(emissions: Floats, rows: readonly number[]): number {
  const { between, start, end } = crfTransitions(parameters, { name: 'crf', legal });
  let paths: number[][] = [[]];
  for (const _ of rows) paths = paths.flatMap((path) => Array.from({ length: k }, (_, tag) => [...path, tag]));
  const scoreOf = (path: readonly number[]): number =>
    path.reduce(
      (sum, tag, t) => sum + emissions[rows[t] * k + tag] + (t === 0 ? start[tag] : between[path[t - 1] * k + tag]),
      end[path[path.length - 1]],
    );
  const total = paths.reduce((sum, path) => sum + Math.exp(scoreOf(path)), 0);
  return Math.log(total) - scoreOf(rows.map((row) => targets[row]));
}

describe('crfLoss', () => {
  fillCosine(parameters.values, 0.8, 0.7, 0.4);
  const emissions = cosineSequence(kernels, layout, k);

  test('is the negative log-likelihood among all legal sequences, over sentences of 3 and 1 tokens', () => {
    const expected = byDefinition(emissions.values, [0, 2, 3]) + byDefinition(emissions.values, [1]);
    expect(lossOf(emissions).value).toBeCloseTo(0.25 * expected, 12);
  });

  test('gradients of emissions, transitions, start and end', () => {
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const { dLogits } = lossOf(emissions);
    const gradients = parameters.list.map(({ name, values, grad }) => ({ name, values, analytic: [...grad] }));
    for (const { name, values, analytic } of [
      { name: 'emissions', values: emissions.values, analytic: [...dLogits.values] },
      ...gradients,
    ]) {
      expectClose(
        analytic,
        numericGradient(values, () => lossOf(emissions).value, 1e-5),
        1e-9,
        name,
      );
    }
  });

  test('adds to the gradients that are there already', () => {
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    lossOf(emissions);
    const once = parameters.grad.map((x) => 2 * x);
    lossOf(emissions);
    expectClose(parameters.grad, once, 1e-12);
  });

  test('what is illegal stays impossible, whatever was learned', () => {
    const { between, start, end } = crfTransitions(parameters, { name: 'crf', legal });
    const [outside, begin, inside] = ['O', 'B-PER', 'I-PER'].map((tag) => tagSet.id(tag));
    expect(between[outside * k + inside]).toBe(Number.NEGATIVE_INFINITY);
    expect(start[inside]).toBe(Number.NEGATIVE_INFINITY);
    expect(end[begin]).toBe(Number.NEGATIVE_INFINITY);
    expect(between[begin * k + inside]).toBe(transitions.values[begin * k + inside]);
  });
});
