import { expect, test } from 'vitest';
import { parseRunConfig } from '#training/config/training-config.js';
import { trainingPlan } from '#training/config/training-plan.js';

const planOf = (set: object, batches: number) => trainingPlan(parseRunConfig({ ...set }, 'test').training, batches);

test.each([
  [1, 1000],
  [8, 125],
  [62, 17],
  [63, 16],
  [400, 16],
])('%d minibatches an epoch: %d epochs, unless told', (batches, epochs) => {
  expect(planOf({}, batches)).toEqual({ epochs, fewestSteps: 1000 });
});

test('what is told is done', () => {
  expect(planOf({ max_epochs: 3 }, 8)).toEqual({ epochs: 3, fewestSteps: 0 });
});
