import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Executor } from '#app/bulk/executor.js';
import { type BulkOptions, type BulkReport, runBulk } from '#app/bulk/run-bulk.js';
import { tagChunk } from '#app/bulk/tag-chunk.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';

const ROOT = mkdtempSync(join(tmpdir(), 'onomast-bulk-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const OPTIONS = { kind: 'jsonl', threshold: 0, textMember: 'text', modelSha256: 'a'.repeat(64) } as const;

/** Tags in this process, and gives chunks back in another order than it took them. */
function localExecutor(width = 4): Executor {
  const tagger = fakeTagger();
  return {
    width,
    submit: async (chunk) => {
      for (let i = chunk.index % width; i < width; i++) await Promise.resolve();
      return tagChunk(tagger, chunk, OPTIONS);
    },
    close: async () => {},
  };
}

function newJob(files: Readonly<Record<string, string | Uint8Array>>, more: Partial<BulkOptions> = {}): BulkOptions {
  const folder = mkdtempSync(join(ROOT, 'job-'));
  const inputs = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
  return { ...OPTIONS, inputs, output: join(folder, 'out'), size: { records: 2, bytes: 1000 }, ...more };
}

async function run(job: BulkOptions, chunks = Number.POSITIVE_INFINITY): Promise<BulkReport[]> {
  const reports: BulkReport[] = [];
  if (chunks === 0) return reports;
  for await (const report of runBulk(job, localExecutor())) {
    reports.push(report);
    if (reports.length === chunks) break;
  }
  return reports;
}

const outputOf = (job: BulkOptions, name = 'a.jsonl'): string => readFileSync(join(job.output, name), 'utf8');
const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const record = (text: string, id: number): string => `${JSON.stringify({ id, text })}\n`;

describe('results', () => {
  test('line n in is line n out, with whatever else the record held', async () => {
    const texts = ['Ada met José.', 'Nobody.', 'In London', 'José', ''];
    const job = newJob({ 'a.jsonl': texts.map(record).join('') });
    await run(job);
    expect(linesOf(outputOf(job))).toEqual(
      texts.map((text, id) => ({
        id,
        text,
        entities: expect.arrayContaining([]),
      })),
    );
    expect(linesOf(outputOf(job))[2]).toEqual({
      id: 2,
      text: 'In London',
      entities: [{ text: 'London', label: 'LOC', start: 3, end: 9, score: 0.75 }],
    });
  });

  test('one text a line, the last without a line end, Windows line ends too', async () => {
    const job = newJob({ 'a.txt': 'Ada\r\n\r\nin London' }, { kind: 'lines' });
    const executor = {
      ...localExecutor(),
      submit: async (chunk: Parameters<Executor['submit']>[0]) => tagChunk(fakeTagger(), chunk, job),
    };
    for await (const _ of runBulk(job, executor));
    expect(linesOf(outputOf(job)).map((line) => (line as { text: string }).text)).toEqual(['Ada', '', 'in London']);
  });

  test('several inputs have a file each', async () => {
    const job = newJob({ 'a.jsonl': record('Ada', 0), 'b.jsonl': record('José', 1) + record('x', 2) });
    const reports = await run(job);
    expect(linesOf(outputOf(job, 'b.jsonl'))).toHaveLength(2);
    expect(reports.at(-1)).toMatchObject({ records: 3, failures: 0 });
    expect(reports.at(-1)?.doneBytes).toBe(reports.at(-1)?.totalBytes);
  });

  test('an empty input gives an empty file', async () => {
    const job = newJob({ 'a.jsonl': '' });
    await run(job);
    expect(outputOf(job)).toBe('');
  });

  test('a done job is left alone', async () => {
    const job = newJob({ 'a.jsonl': record('Ada', 0) });
    await run(job);
    const before = statSync(join(job.output, 'a.jsonl')).mtimeMs;
    expect(await run(job)).toEqual([]);
    expect(statSync(join(job.output, 'a.jsonl')).mtimeMs).toBe(before);
  });
});

describe('records that fail', () => {
  test('are lines of their own, listed with place and reason, and hold up nobody', async () => {
    const bad = [record('Ada', 0), '{"text": \n', '[1]\n', '{"id": 3}\n', '{"text": 5}\n', record('José', 5)].join('');
    const job = newJob({ 'a.jsonl': Buffer.concat([Buffer.from(bad), Buffer.from([0x7b, 0xff, 0x7d, 0x0a])]) });
    const reports = await run(job);
    const results = linesOf(outputOf(job)) as { error?: string; text?: string }[];
    expect(results).toHaveLength(7);
    expect(results.map(({ error }) => error === undefined)).toEqual([true, false, false, false, false, true, false]);
    const failures = linesOf(outputOf(job, 'failures.jsonl')) as { line: number; code: string; error: string }[];
    expect(failures.map(({ line, code }) => [line, code])).toEqual([
      [2, 'invalid_json'],
      [3, 'invalid_json'],
      [4, 'invalid_json'],
      [5, 'invalid_json'],
      [7, 'not_utf8'],
    ]);
    expect(failures[2].error).toBe('expected a text in "text", found none');
    expect(reports.at(-1)).toMatchObject({ records: 7, failures: 5 });
  });
});

describe('a job that was interrupted', () => {
  test('goes on to the same bytes, wherever it ended and whatever it had written behind its progress', async () => {
    const texts = Array.from({ length: 23 }, (_, i) => (i % 7 === 3 ? '{broken\n' : record(`Ada ${i} José`, i)));
    const files = { 'a.jsonl': texts.slice(0, 11).join(''), 'b.jsonl': texts.slice(11).join('') };
    const whole = newJob(files);
    await run(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(6), { maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(40),
        async (stops, records, torn) => {
          const job = newJob(files, { size: { records, bytes: 1000 } });
          for (const stop of stops) {
            await run(job, stop);
            // A process that was killed leaves half a line behind.
            try {
              const path = join(job.output, 'a.jsonl');
              writeFileSync(path, 'x'.repeat(torn), { flag: 'a' });
            } catch {}
          }
          await run(job);
          const sorted = (text: string) => text.replaceAll(/job-\w+/g, 'job');
          for (const name of ['a.jsonl', 'b.jsonl']) {
            // What was torn is behind a file that is done already only if the test put it there.
            const found = outputOf(job, name).replace(/x+$/, '');
            expect(found).toBe(outputOf(whole, name));
          }
          expect(sorted(outputOf(job, 'failures.jsonl'))).toBe(sorted(outputOf(whole, 'failures.jsonl')));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('says so when the signal fires, and goes on', async () => {
    const interruption = new AbortController();
    const job = newJob({ 'a.jsonl': Array.from({ length: 9 }, (_, i) => record('Ada', i)).join('') });
    const begun = runBulk({ ...job, signal: interruption.signal }, localExecutor());
    await begun.next();
    interruption.abort();
    await expect(begun.next()).rejects.toThrow(/interrupted; what is done is kept/);
    const reports = await run(job);
    expect(reports[0].isResumed).toBe(true);
    expect(linesOf(outputOf(job))).toHaveLength(9);
  });

  test('another job in its folder is refused, and what differs is named', async () => {
    const job = newJob({ 'a.jsonl': record('Ada', 0) });
    await run(job, 1);
    await expect(run({ ...job, modelSha256: 'b'.repeat(64) })).rejects.toThrow(/found another model/);
    await expect(run({ ...job, threshold: 0.5 })).rejects.toThrow(/found another threshold/);
    truncateSync(job.inputs[0], 3);
    await expect(run(job)).rejects.toThrow(/found another sizes/);
  });
});

describe('refused before anything is written', () => {
  test('an input that is not there', async () => {
    const job = newJob({ 'a.jsonl': '' });
    await expect(run({ ...job, inputs: [...job.inputs, '/nowhere/b.jsonl'] })).rejects.toThrow(
      'expected a file, found none',
    );
  });

  test('two inputs that would write to one file', async () => {
    const job = newJob({ 'a.jsonl': '', 'a.txt': '' });
    await expect(run(job)).rejects.toThrow(/found two for a.jsonl/);
  });
});
