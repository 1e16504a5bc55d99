import { describe, expect, test } from 'vitest';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { sentenceLogits } from '#tagging/model/sentence-logits.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { startFrom } from '#training/run/start-from.js';
import { expectSame } from '../../helpers/closeness.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import { tinyModel } from '../../helpers/tiny-model.js';

const CONFIG: Partial<ModelConfig> = { char_filters: 4, crf: true };
const row = (model: TaggerModel, tensor: string, at: number, width = 1): number[] => [
  ...model.network.parameters.get(tensor).values.subarray(at * width, (at + 1) * width),
];

const WORDS = ['Ana', 'left', 'New', 'York', '.'];

describe('startFrom', () => {
  const base = tinyModel({ config: CONFIG, labels: ['LOC', 'PER'], seed: 1 });
  for (const { values } of base.network.parameters.list) for (let i = 0; i < values.length; i++) values[i] = i + 1;

  test('layers are copied whole', () => {
    const model = tinyModel({ config: CONFIG, labels: ['LOC', 'PER'], seed: 2 });
    startFrom(model, { model: base, name: 'base' });
    for (const { name, values } of model.network.parameters.list) {
      expectSame(values, base.network.parameters.get(name).values, name);
    }
  });

  test('classes are found by their tag, new ones begin as always', () => {
    const labels = ['PER', 'ORG', 'LOC'];
    const model = tinyModel({ config: CONFIG, labels, seed: 2 });
    const fresh = tinyModel({ config: CONFIG, labels, seed: 2 });
    startFrom(model, { model: base, name: 'base' });
    const { hidden_size: width } = model.config;
    const [ours, theirs] = [model.tagSet, base.tagSet];
    for (const tag of theirs.tags) {
      const [to, from] = [ours.id(tag), theirs.id(tag)];
      expect(row(model, 'output.weight', to, width)).toEqual(row(base, 'output.weight', from, width));
      expect(row(model, 'output.bias', to)).toEqual(row(base, 'output.bias', from));
    }
    const added = ours.id('B-ORG');
    expect(row(model, 'output.weight', added, width)).toEqual(row(fresh, 'output.weight', added, width));
    const between = (of: TaggerModel, from: string, to: string): number[] =>
      row(of, 'crf.transitions', of.tagSet.id(from) * of.tagSet.tags.length + of.tagSet.id(to));
    expect(between(model, 'B-PER', 'O')).toEqual(between(base, 'B-PER', 'O'));
    expect(between(model, 'B-PER', 'B-ORG')).toEqual(between(fresh, 'B-PER', 'B-ORG'));
  });

  test('a network without a CRF is the start of one with it, whose transitions begin as always', () => {
    const plain = tinyModel({ config: { ...CONFIG, crf: false }, labels: ['LOC', 'PER'], seed: 1 });
    const model = tinyModel({ config: CONFIG, labels: ['LOC', 'PER'], seed: 2 });
    const fresh = tinyModel({ config: CONFIG, labels: ['LOC', 'PER'], seed: 2 });
    startFrom(model, { model: plain, name: 'plain' });
    const valuesOf = (of: TaggerModel, name: string) => of.network.parameters.get(name).values;
    expectSame(valuesOf(model, 'output.weight'), valuesOf(plain, 'output.weight'));
    expectSame(valuesOf(model, 'crf.transitions'), valuesOf(fresh, 'crf.transitions'));
  });

  test('a feature that the base lacks lies beside the others and changes nothing before it is learned', () => {
    const labels = ['LOC', 'PER'];
    const old = tinyModel({ config: { ...CONFIG, shape_dimension: 0 }, labels, seed: 1 });
    const model = tinyModel({ config: { ...CONFIG, shape_dimension: 3 }, labels, seed: 2 });
    startFrom(model, { model: old, name: 'base' });
    const logits = (of: TaggerModel) => sentenceLogits(of, undefined, [WORDS]).logits.values;
    expectSame(logits(model), logits(old));
    expect(model.network.parameters.get('embedding.shape.weight').values.some((value) => value !== 0)).toBe(true);
  });

  test.each([
    ['a wider network', { hidden_size: 7 }, /^start from "base": its "[a-z_0-9.]+" is [\d ×]+ wide, here [\d ×]+; its/],
    ['another network', { layers: 2 }, /^start from "base": its network has no "rnn\.weight_ih_l1"; its weights/],
  ])('refuses %s', (_, config, message) => {
    const model = tinyModel({ config: { ...CONFIG, ...config }, labels: ['LOC', 'PER'] });
    expect(thrownBy(() => startFrom(model, { model: base, name: 'base' }))).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringMatching(message),
    });
  });

  test('refuses other word vectors', () => {
    const model = tinyModel({ config: CONFIG, labels: ['LOC', 'PER'], vectors: TINY_VECTORS });
    expect(thrownBy(() => startFrom(model, { model: base, name: 'base' })).message).toBe(
      'start from "base": it was trained with other word vectors; its weights would mean nothing here',
    );
  });
});
