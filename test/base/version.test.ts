import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ONOMAST_VERSION } from '#base/version.js';

test('the program knows its version', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(ONOMAST_VERSION).toBe(manifest.version);
});
