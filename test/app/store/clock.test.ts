import { expect, onTestFinished, test, vi } from 'vitest';
import { openRegistry } from '#app/store/registry.js';

/** Times are told, nothing goes by them. */
test('a clock that jumps changes no order: of activations, and of tokens that are revoked', () => {
  const registry = openRegistry(':memory:');
  onTestFinished(() => {
    vi.useRealTimers();
    registry.close();
  });
  const at = (time: string): void => void vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) });
  const model = { path: 'models/m', weightsSha256: 'w', dataSha256: 'd', labels: ['PER'], scores: {}, config: {} };
  for (const name of ['a', 'b']) registry.models.register({ name, ...model });

  at('2030-01-01');
  registry.models.activate({ name: 'a', version: 1 }, 'first');
  const first = registry.tokens.create({ name: 'first', scope: 'tag' });
  at('1999-01-01');
  registry.models.activate({ name: 'b', version: 1 }, 'second');
  registry.tokens.create({ name: 'second', scope: 'tag' });
  registry.tokens.revoke(first.id);

  expect(registry.models.activations().map(({ name }) => name)).toEqual(['b', 'a']);
  expect(registry.models.rollBack()?.name).toBe('b');
  expect(registry.models.activations()[0].name).toBe('a');
  expect(registry.tokens.scopeOf(first.token)).toBeUndefined();
});
