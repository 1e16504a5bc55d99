import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const rows = readFileSync(`${PROJECT}SECURITY.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('SECURITY.md has threats', () => {
  expect(rows.length).toBeGreaterThan(12);
});

test.each(rows.map(([, threat, , tests]) => [threat, tests]))('the tests of "%s" exist', (_, tests) => {
  const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, path]) => path);
  expect(named.length).toBeGreaterThan(0);
  for (const path of named) expect(existsSync(PROJECT + path), path).toBe(true);
});
