import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { countParameters, createParameters } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { assertParametersFit, checkPlan, describePlan, parameterSpecs } from '#engine/network/check-plan.js';
import type { InputPlan } from '#engine/network/input-kinds.js';
import type { LayerPlan } from '#engine/network/layer-kinds.js';
import type { LossPlan } from '#engine/network/loss-kinds.js';
import { createNetwork } from '#engine/network/network.js';
import type { NetworkPlan } from '#engine/network/network-plan.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const kernels = createReferenceKernels('float64');

const WORDS: InputPlan = {
  kind: 'embedding',
  name: 'embedding.word',
  feature: 0,
  rows: 9,
  columns: 4,
  initial: 'random',
  isTrainable: true,
};
const RECURRENT: LayerPlan = { kind: 'recurrent', name: 'rnn', suffix: 'l0', cell: 'lstm', inputs: 8, hidden: 5 };
const OUTPUT: LayerPlan = { kind: 'linear', name: 'output', inputs: 5, outputs: 3 };
const PLAN: NetworkPlan = {
  inputs: [WORDS],
  layers: [{ kind: 'right_context', words: 1 }, RECURRENT, OUTPUT],
  loss: { kind: 'crf', name: 'crf', tags: 3 },
};
const legal = { between: new Float64Array(9), start: new Float64Array(3), end: new Float64Array(3) };
const withLayers = (...layers: readonly LayerPlan[]): NetworkPlan => ({ ...PLAN, layers });

describe('a plan that fits', () => {
  test('is data: it survives JSON, and what is read back describes the same network', () => {
    const read = JSON.parse(JSON.stringify(PLAN)) as NetworkPlan;
    expect(() => checkPlan(read)).not.toThrow();
    const described = parameterSpecs(read).map(({ name, shape }) => `${name} ${shape.join(' x ')}`);
    expect(described).toEqual([
      'embedding.word.weight 9 x 4',
      'rnn.weight_ih_l0 20 x 8',
      'rnn.weight_hh_l0 20 x 5',
      'rnn.bias_ih_l0 20',
      'output.weight 3 x 5',
      'output.bias 3',
      'crf.transitions 3 x 3',
      'crf.start 3',
      'crf.end 3',
    ]);
    expect(describePlan(read)).toBe('embedding.word 4, look-ahead 1, lstm of 5, linear to 3, CRF');
  });

  test('is counted without memory for it', () => {
    const huge = { ...RECURRENT, hidden: 100_000 } as LayerPlan;
    const { learned, all, sparseRows, largest } = countParameters(
      parameterSpecs({ ...withLayers(huge), inputs: [{ ...WORDS, isTrainable: false } as InputPlan] }),
    );
    expect(largest).toMatchObject({ name: 'rnn.weight_hh_l0', shape: [400_000, 100_000] });
    expect(all - learned).toBe(9 * 4);
    expect(sparseRows).toBe(0);
    expect(countParameters(parameterSpecs(PLAN)).sparseRows).toBe(9);
  });
});

describe('a plan that does not fit is refused in a sentence', () => {
  test.each<[string, NetworkPlan]>([
    [
      'there is no layer of the kind "convolution", only dropout, ',
      withLayers({ kind: 'convolution' } as unknown as LayerPlan),
    ],
    [
      'there is no input of the kind "picture", only embedding, ',
      { ...PLAN, inputs: [{ kind: 'picture' } as unknown as InputPlan] },
    ],
    [
      'there is no loss of the kind "hinge", only softmax, ',
      { ...PLAN, loss: { kind: 'hinge', tags: 3 } as unknown as LossPlan },
    ],
    ['there is no recurrent cell "sru", only rnn, ', withLayers({ ...RECURRENT, cell: 'sru' } as unknown as LayerPlan)],
    ['the recurrent layer "rnn" expects 8 columns, found 4', withLayers(RECURRENT, OUTPUT)],
    ['the crf loss expects a column for each of 3 tags, found 5', withLayers(PLAN.layers[0], RECURRENT)],
    [
      'a residual connection needs layers that keep the width of 8, found 5',
      withLayers(PLAN.layers[0], { kind: 'residual', layers: [RECURRENT] }, OUTPUT),
    ],
    [
      '"rnn.weight_ih_l0" must have sides that are whole numbers above 0, found (NaN, 8)',
      withLayers(PLAN.layers[0], { ...RECURRENT, hidden: Number.NaN } as LayerPlan, OUTPUT),
    ],
    ['two layers have a parameter "embedding.word.weight"', { ...PLAN, inputs: [WORDS, WORDS] }],
    ['at least one input must describe the words, found none', { ...PLAN, inputs: [] }],
    [
      'the addend "embedding.more" must have the 4 columns of the input before it, found 5',
      { ...PLAN, inputs: [WORDS, { ...WORDS, name: 'embedding.more', isAddend: true, columns: 5 } as InputPlan] },
    ],
  ])('%s', (message, plan) => {
    const error = thrownBy(() => checkPlan(plan));
    expect(error.code).toBe('invalid_plan');
    expect(error.message).toContain(`network plan: ${message}`); // lists of kinds may grow
  });

  test('whose tensors have other shapes', () => {
    const parameters = createParameters(kernels, parameterSpecs(PLAN), createRandom(1));
    expect(() => assertParametersFit(PLAN, parameters)).not.toThrow();
    const wider = { ...PLAN, inputs: [{ ...WORDS, rows: 10 } as InputPlan] };
    const error = thrownBy(() => createNetwork(wider, parameters, legal));
    expect(error.code).toBe('invalid_plan');
    expect(error.message).toBe(
      'network plan: "embedding.word.weight" must have the shape (10, 4), its tensor has (9, 4)',
    );
  });
});
