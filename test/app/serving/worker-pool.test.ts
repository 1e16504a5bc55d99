import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { answerJobs } from '#app/serving/answer-jobs.js';
import type { TagJob } from '#app/serving/tagging.js';
import { createWorkerPool, type ModelPlace } from '#app/serving/worker-pool.js';
import { AppError } from '#base/errors.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';

const SHIPPED = fileURLToPath(new URL('../../../models/names-en', import.meta.url));
const { weights_sha256: sha256 } = JSON.parse(readFileSync(join(SHIPPED, 'meta.json'), 'utf8'));
const place: ModelPlace = { identity: { id: 'names-en', version: 0, sha256 }, path: SHIPPED };
const log: string[] = [];
let find = (_spec: string | undefined): ModelPlace => place;
const pool = createWorkerPool({
  find: (spec) => find(spec),
  threads: 2,
  megabytes: 512,
  kernelMegabytes: 512,
  log: (line) => void log.push(line),
});
afterAll(() => pool.close());

const never = (): AbortSignal => new AbortController().signal;
const result = { kind: 'result', offsetUnit: 'utf16', withText: false, withTokens: true } as const;
const textJob = (...texts: string[]): TagJob => ({ inputs: { texts }, options: { alternatives: true }, form: result });

describe('answers', () => {
  test('are byte for byte those of a tagger in this thread, in any company', async () => {
    const tagger = await loadTagger(SHIPPED, { identity: { id: 'names-en', version: 0 } });
    const jobs: TagJob[] = [
      ...Array.from({ length: 80 }, (_, n) => textJob(`Ada Lovelace met José in Zürich ${n} times.`, `Nokia ${n}`)),
      textJob('Wangari Otieno spoke in Nairobi. '.repeat(500)),
      textJob(''),
      {
        inputs: { sentences: [['Ada', 'met', 'José'], []] },
        options: { threshold: 0.5 },
        form: { ...result, withText: true },
      },
      {
        inputs: { texts: ['Ada in Zürich'] },
        options: {},
        form: { kind: 'huggingFace', strategy: 'simple', ignoreLabels: ['O'], offsetUnit: 'codepoint' },
      },
      { inputs: { texts: ['Ada in Zürich'] }, options: {}, form: { kind: 'names' } },
      { inputs: { texts: ['Ada in Zürich', '', 'of the'] }, options: {}, form: { kind: 'doubt' } },
    ];
    const answers = await Promise.all(jobs.map((job) => pool.tag(undefined, job, never())));
    for (const [index, job] of jobs.entries()) {
      const { outputs, identity, tokens } = answers[index];
      const [own] = answerJobs(tagger, [job]);
      expect(outputs).toEqual(own.outputs);
      expect(tokens).toBe(own.tokens);
      expect(identity).toEqual(place.identity);
    }
    expect(pool.waiting).toBe(0);
  });

  test('to short texts do not wait for long ones', async () => {
    const order: string[] = [];
    const long = pool.tag(undefined, textJob('Ada met José. '.repeat(20_000)), never()).then(() => order.push('long'));
    await Promise.all(
      Array.from({ length: 20 }, () => pool.tag(undefined, textJob('Ada'), never()).then(() => order.push('short'))),
    );
    await long;
    expect(order).toEqual([...new Array(20).fill('short'), 'long']);
  });
});

describe('a job that nobody wants any more', () => {
  test('ends at once, waiting or in work', async () => {
    const jobs = Array.from({ length: 3 }, () => {
      const abort = new AbortController();
      const texts = new Array(12).fill('Ada met José. '.repeat(10_000));
      return { abort, answer: pool.tag(undefined, textJob(...texts), abort.signal).catch((error: unknown) => error) };
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const startMs = performance.now();
    for (const { abort } of jobs) abort.abort(new AppError('tagging_timeout', 'too long'));
    for (const { answer } of jobs) expect(await answer).toMatchObject({ code: 'tagging_timeout' });
    expect(performance.now() - startMs).toBeLessThan(1000);
    expect((await pool.tag(undefined, textJob('Ada met. '.repeat(1000)), never())).outputs).toHaveLength(1);
  });
});

describe('models', () => {
  test('are exchanged without a failed request', async () => {
    const copy = join(temporaryDirectory(), 'other');
    cpSync(SHIPPED, copy, { recursive: true });
    const other: ModelPlace = { identity: { ...place.identity, id: 'other', version: 3 }, path: copy };
    let isOver = false;
    const asking = Array.from({ length: 8 }, async () => {
      const seen = new Set<string>();
      while (!isOver) seen.add((await pool.tag(undefined, textJob('Ada met José.'), never())).identity.id);
      return seen;
    });
    for (let swap = 0; swap < 6; swap++) {
      find = swap % 2 === 0 ? () => other : () => place;
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    isOver = true;
    for (const seen of asking) expect([...(await seen)].sort()).toEqual(['names-en', 'other']);
    find = () => place;
  });

  test('that were overwritten or damaged are refused, and tried again', async () => {
    const directory = join(temporaryDirectory(), 'model');
    cpSync(SHIPPED, directory, { recursive: true });
    const vocab = readFileSync(join(directory, 'vocab.json'));
    writeFileSync(join(directory, 'vocab.json'), '{}');
    const where: ModelPlace = { identity: { id: 'damaged', version: 1, sha256 }, path: directory };
    find = () => where;
    await expect(pool.tag('damaged', textJob('Ada'), never())).rejects.toMatchObject({ code: 'damaged_model' });
    writeFileSync(join(directory, 'vocab.json'), vocab);
    expect((await pool.tag('damaged', textJob('Ada'), never())).identity.id).toBe('damaged');

    find = () => ({ ...where, identity: { ...where.identity, id: 'overwritten', sha256: '0'.repeat(64) } });
    await expect(pool.model('overwritten')).rejects.toMatchObject({
      code: 'damaged_model',
      message: expect.stringContaining('other weights than were registered'),
    });
    find = () => place;
  });

  test('not more than a few stay in memory', async () => {
    for (let version = 1; version <= 8; version++) {
      find = () => ({ ...place, identity: { ...place.identity, id: 'many', version } });
      expect((await pool.model(`many@${version}`)).identity.version).toBe(version);
      expect(pool.models).toBeLessThanOrEqual(5);
    }
    find = () => place;
  });
});

test('a text that takes more memory than a thread may have is refused as such, and others are tagged on', {
  timeout: 120_000,
}, async () => {
  const lines: string[] = [];
  const small = createWorkerPool({
    ...{ find: () => place, threads: 2, megabytes: 64, kernelMegabytes: 512 },
    log: (line) => void lines.push(line),
  });
  try {
    const refused = small.tag(undefined, textJob('( '.repeat(490_000)), never()).catch((error: unknown) => error);
    const error = (await refused) as AppError;
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'text_too_long',
      message: expect.stringContaining('64 MB that a thread may have'),
    });
    expect(lines.join()).toContain('memory limit');
    const { outputs } = await small.tag(undefined, textJob('Ada met José in Zürich.'), never());
    expect(outputs).toHaveLength(1);
  } finally {
    await small.close();
  }
});
