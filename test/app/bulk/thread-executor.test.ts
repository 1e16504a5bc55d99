import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Chunk } from '#app/bulk/chunk.js';
import { createThreadExecutor } from '#app/bulk/thread-executor.js';

const ROOT = mkdtempSync(join(tmpdir(), 'onomast-threads-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const START = { kind: 'lines', threshold: 0, textMember: 'text', modelPath: '/nowhere' } as const;
const chunkOf = (index: number, text: string): Chunk => ({
  index,
  input: 0,
  line: index + 1,
  records: [text],
  unreadable: [],
  byte: 0,
  nextByte: 0,
});

/** A worker that answers with the text in capitals, and dies of "poison" in one of several ways. */
function workerFile(name: string, death: string): URL {
  const path = join(ROOT, `${name}.mjs`);
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', (chunk) => {
       if (chunk.records[0] === 'poison') { ${death} }
       parentPort.postMessage({ result: { output: chunk.records[0].toUpperCase(), records: 1, failures: [] } });
     });
     parentPort.postMessage({ ready: true });`,
  );
  return pathToFileURL(path);
}

describe('threads', () => {
  test.each([
    ['exits', 'process.exit(3);'],
    ['throws', "throw new Error('out of luck');"],
  ])('a chunk whose worker %s is tried three times and set aside; the others are done', async (name, death) => {
    const executor = createThreadExecutor(START, 2, workerFile(name, death));
    const texts = ['a', 'poison', 'b', 'c', 'd', 'e'];
    const results = await Promise.all(texts.map((text, i) => executor.submit(chunkOf(i, text))));
    await executor.close();
    expect(results.map(({ output }) => output)).toEqual(['A', expect.stringContaining('error'), 'B', 'C', 'D', 'E']);
    expect(results[1].failures).toEqual([
      { line: 2, code: 'worker_failed', error: expect.stringMatching(/^its worker died 3 times: /) },
    ]);
  });

  test('a model that cannot be loaded is one sentence, not a loop of dying threads', async () => {
    const executor = createThreadExecutor(START, 2);
    await expect(executor.submit(chunkOf(0, 'a'))).rejects.toThrow(/nowhere/);
    await expect(executor.submit(chunkOf(1, 'a'))).rejects.toThrow(/no worker could begin/);
    await executor.close();
  });
});
