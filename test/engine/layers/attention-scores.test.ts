import { describe, expect, test } from 'vitest';
import { allocateMatrix, allocateSequence } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { type AttentionOptions, attention, attentionSpecs } from '#engine/layers/attention.js';
import { SCORING_NAMES } from '#engine/layers/attention-scores.js';
import { expectClose } from '../../helpers/closeness.js';
import { fillCosine } from '../../helpers/cosine.js';
import { passContext } from '../../helpers/numeric-gradient.js';

/** Output and all gradients of one pass over sentences of these lengths. */
function passOf(
  kernels: Kernels,
  kind: Pick<AttentionOptions, 'scoring' | 'isCausal'>,
  lengths: readonly number[],
  width: number,
): number[][] {
  const options = { name: 'a', columns: width, ...kind };
  const layout = createPackedLayout(lengths);
  const parameters = createParameters(kernels, attentionSpecs(options), undefined);
  parameters.list.forEach(({ values }, p) => {
    fillCosine(values, 0.4, 0.7, 1 + p);
  });
  const x = { ...allocateMatrix(kernels, layout.rows, width), layout };
  fillCosine(x.values, 1, 0.3, 0.1);
  const dOutput = allocateSequence(kernels, x);
  fillCosine(dOutput.values, 1, 0.9, 0.2);
  const { output, backward } = attention(passContext(kernels), parameters, x, options);
  const result = [...output.values];
  return [result, [...backward(dOutput).values], ...parameters.list.map(({ grad }) => [...grad])];
}

describe.each(SCORING_NAMES)('%s', (scoring) => {
  test.each([true, false])(
    'on the fast kernels as in float64, at widths that fill no register (causal: %s)',
    (isCausal) => {
      const run = (kernels: Kernels) => passOf(kernels, { scoring, isCausal }, [9, 6, 2, 1, 1], 13);
      const [exact, fast] = [createReferenceKernels('float64'), selectKernels().kernels].map(run);
      fast.forEach((numbers, i) => {
        expectClose(numbers, exact[i], 2e-5);
      });
    },
  );

  test('a long sentence takes memory for its pairs of words, not for their hidden units', () => {
    const kernels = createReferenceKernels('float32');
    const [length, width] = [300, 64];
    passOf(kernels, { scoring, isCausal: false }, [length], width);
    const pairs = 4 * length * length;
    expect(kernels.arena.peakBytes).toBeLessThan(2 * pairs + 30 * 4 * length * width);
    expect(kernels.arena.peakBytes).toBeLessThan((pairs * width) / 5);
  });
});
