import { expect, onTestFinished, test } from 'vitest';
import { openRegistry } from '#app/store/registry.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const RUN = { id: 'r_1', config: {}, seed: 0, dataSha256: 'd', output: '/o' };
const MODEL = {
  name: 'names',
  path: '/o',
  weightsSha256: 'w',
  dataSha256: 'd',
  labels: ['PER'],
  scores: {},
  config: {},
};

test('registers the model of a run and closes the run, both or neither', () => {
  const registry = openRegistry(':memory:');
  onTestFinished(() => registry.close());
  registry.runs.createRun(RUN);
  expect(registry.completeRun('r_1', { ...MODEL, runId: 'r_1' })).toBe(1);
  expect(registry.runs.get('r_1')).toMatchObject({ status: 'finished', modelName: 'names', modelVersion: 1 });

  expect(thrownBy(() => registry.completeRun('r_1', MODEL)).message).toBe('registry: run "r_1" has ended already');
  expect(registry.models.list()).toHaveLength(1);
  expect(registry.models.register(MODEL).version).toBe(2);
});
