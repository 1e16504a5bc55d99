import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { MAIN, newHome, sharedHome, trainTiny } from './helpers.js';

const home = sharedHome(trainTiny);
const hasParallel = /GNU parallel/.test(spawnSync('parallel', ['--version'], { encoding: 'utf8' }).stdout ?? '');
if (!hasParallel) console.log('tag below GNU parallel: skipped, it is not installed');

/** A folder with records, and what one process says of them. */
function records(): { readonly folder: string; readonly expected: string } {
  const folder = newHome();
  const lines = Array.from({ length: 400 }, (_, id) => `${JSON.stringify({ id, text: `Ana met Wei on day ${id}` })}\n`);
  writeFileSync(join(folder, 'letters.jsonl'), lines.join(''));
  shell(folder, 'onomast tag --input jsonl --format jsonl < letters.jsonl > alone.jsonl');
  const expected = namesIn(folder, 'alone.jsonl');
  expect(expected.trimEnd().split('\n')).toHaveLength(400);
  return { folder, expected };
}

/** Answers without the time that they took. */
function namesIn(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8').replace(/,"ms":[\d.]+}/g, '}');
}

/** A line of a shell, as docs/operation.md has it, where `onomast` is the program. */
function shell(folder: string, line: string): void {
  writeFileSync(join(folder, 'onomast'), `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`, { mode: 0o755 });
  const environment = { ...process.env, PATH: `${folder}:${process.env.PATH}`, ONOMAST_HOME: home() };
  const { status, stderr } = spawnSync('sh', ['-c', line.replaceAll('npx onomast', 'onomast')], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
}

/** The commands of a section of docs/operation.md that hold a word. */
function documented(word: string): string {
  const document = readFileSync(new URL('../../../docs/operation.md', import.meta.url), 'utf8');
  const line = Array.from(document.matchAll(/```sh\n([\s\S]*?)```/g), ([, block]) => block).find((block) =>
    block.includes(word),
  );
  if (line === undefined) throw new Error(`docs/operation.md has no command with ${word}`);
  return line;
}

describe('tag as a filter', () => {
  test('below xargs, part by part in several processes, as docs/operation.md has it', () => {
    const { folder, expected } = records();
    shell(folder, documented('xargs').replace('-l 10000', '-l 90'));
    expect(namesIn(folder, 'letters.names.jsonl') === expected).toBe(true);
  });

  test.skipIf(!hasParallel)('below GNU parallel, as docs/operation.md has it', () => {
    const { folder, expected } = records();
    shell(folder, documented('parallel --pipe').replace('1M', '4k'));
    expect(namesIn(folder, 'letters.names.jsonl') === expected).toBe(true);
  });

  test('answers each line before it is given the next, as a consumer of a log needs it', async () => {
    const filter = spawn(process.execPath, [MAIN, 'tag', '--input', 'jsonl', '--format', 'jsonl'], {
      env: { ...process.env, ONOMAST_HOME: home() },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers = createInterface({ input: filter.stdout })[Symbol.asyncIterator]();
    for (const id of [1, 2, 3]) {
      filter.stdin.write(`${JSON.stringify({ id, text: 'Ana met Wei' })}\n`);
      expect(JSON.parse((await answers.next()).value).id).toBe(id);
    }
    filter.stdin.end();
    expect((await once(filter, 'exit'))[0]).toBe(0);
  });
});
