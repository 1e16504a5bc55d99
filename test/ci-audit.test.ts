import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../.ci/${path}`, import.meta.url));

/** The step of CI on what npm said. */
function audit(said: unknown): { status: number | null; lines: string[] } {
  const input = typeof said === 'string' ? said : JSON.stringify(said);
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('audit.mjs')], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, lines: stdout.trimEnd().split('\n') };
}

const weakness = (name: string, severity: string, fixAvailable: unknown) => ({
  [name]: { name, severity, range: '<2', fixAvailable },
});

describe('known weaknesses of what is installed', () => {
  test.each([
    ['high', true],
    ['critical', { name: 'other', version: '3.0.0', isSemVerMajor: true }],
  ])('a %s one with a remedy stops the run', (severity, remedy) => {
    const { status, lines } = audit({
      vulnerabilities: { ...weakness('x', severity, remedy), ...weakness('y', 'low', true) },
    });
    expect(status).toBe(1);
    expect(lines[0]).toBe('npm audit: 2 packages with known weaknesses, 1 of them high or critical');
    expect(lines[1]).toContain(`${severity}: x <2, a remedy is there`);
  });

  test.each([
    ['a grave one without a remedy is told', weakness('x', 'high', false), /high: x <2, no remedy yet/],
    ['a small one is counted', weakness('x', 'moderate', true), /1 packages .* 0 of them/],
    ['none at all is said', {}, /0 packages/],
  ])('%s, and stops nothing', (_, vulnerabilities, said) => {
    const { status, lines } = audit({ vulnerabilities, metadata: {} });
    expect(status).toBe(0);
    expect(lines.join('\n')).toMatch(said);
  });

  test.each([
    [{ message: 'request to the registry failed' }],
    [{ error: { summary: 'ENOTFOUND' } }],
    [''],
    ['<html>'],
    ['null'],
  ])('a registry that is out of reach is told as such, and stops nothing: %j', (said) => {
    const { status, lines } = audit(said === 'null' ? '{"vulnerabilities":null}' : said);
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/^npm audit: the registry gave no answer \(.+\)$/);
  });

  test('is a step of CI that takes npm at its word', () => {
    expect(readFileSync(at('run'), 'utf8')).toMatch(
      /npm audit --omit=dev --json \|\| true; \} \| node \.ci\/audit\.mjs$/m,
    );
  });
});
