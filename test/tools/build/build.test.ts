import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withLock } from '../../../tools/build/lock.js';
import { fingerprint } from '../../../tools/build/sources.js';
import { processTests } from '../../process-tests.js';

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'onomast-build-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('dist/, which workers and the command line run, is what src/ gives', () => {
  const stamp = fileURLToPath(new URL('../../../dist/.build-stamp.json', import.meta.url));
  expect(JSON.parse(readFileSync(stamp, 'utf8'))).toMatchObject({ sources: fingerprint() });
});

describe('the lock of the build', () => {
  test('lets one in at a time, also after one that failed', async () => {
    const directory = newDirectory();
    let inside = 0;
    const most: number[] = [];
    const work = async (fails: boolean) => {
      most.push(++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      if (fails) throw new Error('failed');
    };
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, (_, i) => withLock(join(directory, 'lock'), () => work(i % 2 === 0))),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3);
    expect(most).toEqual([1, 1, 1, 1, 1, 1]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('of a process that died is taken over', async () => {
    const lock = join(newDirectory(), 'lock');
    writeFileSync(lock, '4194305'); // more than any process id of Linux
    expect(await withLock(lock, async () => 'done')).toBe('done');
  });
});

test('tests that start a process are told from those that do not, also when a helper does it for them', () => {
  const directory = newDirectory();
  mkdirSync(join(directory, 'cli'));
  const files = {
    'direct.test.ts': "import { spawn } from 'node:child_process';",
    'helper.ts': "import { execFile } from 'node:child_process';",
    'cli/indirect.test.ts': "import { run } from './runner.js';",
    'cli/runner.ts': "import { helper } from '../helper.js';",
    'unit.test.ts': "import { test } from 'vitest'; const text = \"import { a } from './absent.js'\";",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  expect(processTests(directory)).toEqual(['cli/indirect.test.ts', 'direct.test.ts']);
});
