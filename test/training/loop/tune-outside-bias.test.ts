import { expect, test } from 'vitest';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { createSpanScorer, type Evaluation } from '#tagging/evaluation/span-scores.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { fitOutsideBias } from '#training/loop/tune-outside-bias.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const biasOf = (model: ReturnType<typeof tinyModel>) => model.network.parameters.get('output.bias').values;

test('a network that hardly dares to name anything names more, and keeps what was best', () => {
  const model = tinyModel();
  const outside = model.tagSet.id('O');
  biasOf(model)[outside] = 2;
  const others = biasOf(model).filter((_, tag) => tag !== outside);
  const tagger = createTagger(model, { id: 'm', version: 0, sha256: '' }, { tokenizer });
  const evaluate = () => evaluateTagger(tagger, TINY_CORPUS);
  const before = evaluate().micro;
  const { shift, f1 } = fitOutsideBias(model, evaluate);
  expect(shift).toBeGreaterThan(0);
  expect(biasOf(model)[outside]).toBeCloseTo(2 - shift, 6);
  expect(evaluate().micro.f1).toBe(f1);
  expect(f1).toBeGreaterThan(before.f1);
  expect(evaluate().micro.predicted).toBeGreaterThan(before.predicted);
  expect(biasOf(model).filter((_, tag) => tag !== outside)).toEqual(others);
});

test('among equals the smallest shift wins: nothing changes', () => {
  const model = tinyModel();
  const before = [...biasOf(model)];
  const same: Evaluation = createSpanScorer().result();
  expect(fitOutsideBias(model, () => same)).toEqual({ shift: 0, f1: 0 });
  expect([...biasOf(model)]).toEqual(before);
});
