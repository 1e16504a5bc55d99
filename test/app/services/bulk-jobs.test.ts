import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { bulkJobs } from '#app/services/bulk-jobs.js';
import { keepBulkJob } from '#app/store/bulk-jobs.js';
import { BULK_START, openBulkProgress, PROGRESS_FILE } from '#app/store/bulk-progress.js';

const homes = mkdtempSync(join(tmpdir(), 'onomast-bulk-jobs-'));
afterAll(() => rmSync(homes, { recursive: true, force: true }));

let folder: string;
let output: string;
beforeEach(() => {
  const home = mkdtempSync(join(homes, 'home-'));
  [folder, output] = [join(home, 'bulk'), join(home, 'names')];
});

const SIZES = [600, 400];
const RECORD = {
  ...{ id: 'a', output: '/a', inputs: ['a.txt'], model: 'a@1', isQueued: false },
  ...{ startedAt: '2026-11-27T00:00:00Z', startedBytes: 0, processId: 1, host: 'here' },
};
const begin = (): void =>
  keepBulkJob(folder, { output, inputs: ['a.txt', 'b.txt'], model: 'names-en@0', isQueued: false, startedBytes: 0 });
const reach = (progress: Partial<typeof BULK_START>): void => {
  const store = openBulkProgress(join(output, PROGRESS_FILE), { sizes: SIZES });
  store.write({ ...BULK_START, ...progress });
  store.close();
};
/** Of the record that is there. */
const change = (members: object): void => {
  const [name] = readdirSync(folder);
  const record = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  writeFileSync(join(folder, name), JSON.stringify({ ...record, ...members }));
};
const deadProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('bulkJobs', () => {
  test('none where none was begun', () => {
    expect(bulkJobs(folder)).toEqual([]);
  });

  test('how far one is that runs', () => {
    begin();
    reach({ input: 1, byte: 100, records: 70, failures: 2 });
    change({ processId: process.ppid, startedAt: new Date(Date.now() - 10_000).toISOString() });
    const [job] = bulkJobs(folder);
    expect(job).toMatchObject({ state: 'running', texts: 70, failed: 2, share: 0.7, model: 'names-en@0', output });
    expect(job.bytesPerSecond).toBeGreaterThan(60);
    expect(job.bytesPerSecond).toBeLessThan(71);
    expect(job.textsPerSecond).toBeCloseTo(job.bytesPerSecond! / 10, 6);
    expect(job.secondsLeft).toBeCloseTo(300 / job.bytesPerSecond!, 6);
  });

  test('one whose process is gone was interrupted, and no time is left of it', () => {
    begin();
    reach({ byte: 300, records: 30 });
    change({ processId: deadProcess() });
    expect(bulkJobs(folder)).toMatchObject([{ state: 'interrupted', share: 0.3, secondsLeft: null }]);
  });

  test('of one that went on, the rate is that of its last process', () => {
    begin();
    reach({ byte: 500, records: 50 });
    change({ startedBytes: 400, startedAt: new Date(Date.now() - 10_000).toISOString() });
    expect(bulkJobs(folder)[0].bytesPerSecond).toBeLessThan(11);
  });

  test('one that is done is finished, whatever its process does', () => {
    begin();
    reach({ input: 2, records: 100 });
    change({ processId: deadProcess() });
    expect(bulkJobs(folder)).toMatchObject([{ state: 'finished', share: 1, secondsLeft: null }]);
  });

  test('one of another machine runs as long as it says something', () => {
    begin();
    reach({ byte: 300 });
    change({ host: 'elsewhere', processId: deadProcess() });
    expect(bulkJobs(folder)).toMatchObject([{ state: 'running' }]);
  });

  test('begun twice in one folder it is one job', () => {
    begin();
    begin();
    reach({});
    expect(bulkJobs(folder)).toHaveLength(1);
  });

  test.each([
    ['is gone', () => rmSync(output, { recursive: true })],
    [
      'is a file',
      () => {
        rmSync(output, { recursive: true });
        writeFileSync(output, '');
      },
    ],
    ['holds no progress', () => rmSync(join(output, PROGRESS_FILE))],
    ['holds a damaged one', () => writeFileSync(join(output, PROGRESS_FILE), 'no database')],
    ['holds an empty one', () => writeFileSync(join(output, PROGRESS_FILE), '')],
  ])('one whose folder of results %s is left out', (_, damage) => {
    begin();
    reach({ byte: 300 });
    damage();
    expect(bulkJobs(folder)).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['another value', '7'],
    ['other members', '{"id":"a","evil":true}'],
    ['a member of another kind', JSON.stringify({ ...RECORD, inputs: 'a.txt' })],
    ['a time that is none', JSON.stringify({ ...RECORD, startedAt: 'soon' })],
    ['a process that is none', JSON.stringify({ ...RECORD, processId: -1 })],
    ['nothing', ''],
    ['a megabyte and more', ' '.repeat((1 << 20) + 1)],
  ])('a record that holds %s is left out, and the others are there', (_, content) => {
    begin();
    reach({});
    writeFileSync(join(folder, 'other.json'), content);
    mkdirSync(join(folder, 'folder.json'));
    expect(bulkJobs(folder)).toHaveLength(1);
  });

  test('is read while somebody writes', () => {
    begin();
    const store = openBulkProgress(join(output, PROGRESS_FILE), { sizes: SIZES });
    for (let byte = 0; byte < 50; byte++) {
      store.write({ ...BULK_START, byte });
      expect(bulkJobs(folder)[0].share).toBe(byte / 1000);
    }
    store.close();
  });
});
