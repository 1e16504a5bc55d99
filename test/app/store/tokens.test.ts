import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#app/store/database.js';
import { createTokenRegistry } from '#app/store/tokens.js';
import { thrownBy } from '../../helpers/thrown-by.js';

function tokensForTest() {
  const database = openDatabase(':memory:');
  onTestFinished(() => database.close());
  return { database, tokens: createTokenRegistry(database) };
}

describe('tokens', () => {
  test('are told once, and known by nothing but themselves', () => {
    const { database, tokens } = tokensForTest();
    const { token, ...record } = tokens.create({ name: 'the newsroom', scope: 'annotate' });
    expect(token).toMatch(/^onomast_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    expect(tokens.scopeOf(token)).toBe('annotate');
    expect(tokens.list()).toEqual([record]);
    const stored = JSON.stringify(database.all('SELECT * FROM tokens'));
    expect(stored).not.toContain(token.split('_')[2]);
    expect(tokens.create({ name: 'the newsroom', scope: 'tag' }).token).not.toBe(token);
  });

  test('are refused when anything about them is wrong', () => {
    const { tokens } = tokensForTest();
    const { token, id } = tokens.create({ name: 'a', scope: 'admin' });
    const other = tokens.create({ name: 'b', scope: 'tag' });
    const wrong = [
      '',
      token.slice(0, -1),
      `${token}A`,
      token.toUpperCase(),
      `onomast_${id}_${'A'.repeat(43)}`,
      `onomast_${id}_${other.token.split('_').at(-1)}`,
      `onomast_000000000000_${token.split('_').at(-1)}`,
      `onomast_${id}_`,
    ];
    expect(wrong.map((text) => tokens.scopeOf(text))).toEqual(wrong.map(() => undefined));
  });

  test('end when they are revoked, and stay in the list', () => {
    const { tokens } = tokensForTest();
    const { token, id } = tokens.create({ name: 'a', scope: 'tag' });
    expect(tokens.revoke(id)).toMatchObject({ id, revokedAt: expect.stringMatching(/^\d{4}-/) });
    expect(tokens.scopeOf(token)).toBeUndefined();
    expect(tokens.list()).toHaveLength(1);
    expect(thrownBy(() => tokens.revoke(id))).toMatchObject({ code: 'not_found' });
    expect(thrownBy(() => tokens.revoke('nobody'))).toMatchObject({ code: 'not_found' });
  });

  test.each(['', '  ', 'x'.repeat(101)])('need a name: %j', (name) => {
    expect(thrownBy(() => tokensForTest().tokens.create({ name, scope: 'tag' })).code).toBe('invalid_argument');
  });
});
