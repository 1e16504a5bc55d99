import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A folder that is gone when the test ends. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'onomast-smoke-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** `npm run <script> -- <args>`, which must succeed; returns what it printed. */
export async function npmRun(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  expect({ status, stderr: status === 0 ? '' : stderr.slice(-2000) }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** Any finite number above 0. */
export const positive = { asymmetricMatch: (value: unknown) => Number.isFinite(value) && (value as number) > 0 };
