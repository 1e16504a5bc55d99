import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#app/store/database.js';
import type { NewEpoch } from '#app/store/run-record.js';
import { createRunRegistry } from '#app/store/runs.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const run = { id: 'r_1', config: { hiddenSize: 64 }, seed: 7, dataSha256: 'd'.repeat(64), output: '/models/names' };
const epoch = (number: number, changes: Partial<NewEpoch> = {}): NewEpoch => ({
  epoch: number,
  step: number * 10,
  loss: 1 / number,
  devPrecision: 0.5,
  devRecall: 0.6,
  devF1: number / 10,
  learningRate: 0.001,
  gradientNorm: 1.5,
  tokensPerSecond: 12_345.5,
  seconds: 2.25,
  ...changes,
});

function openRuns(path = ':memory:') {
  const database = openDatabase(path);
  onTestFinished(() => database.close());
  return { database, runs: createRunRegistry(database) };
}

/** The number of a process that has just ended. */
const deadProcessId = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('createRunRegistry', () => {
  test('keeps a run and its epochs in order', () => {
    const { runs } = openRuns();
    runs.createRun(run);
    runs.recordEpoch('r_1', epoch(2));
    runs.recordEpoch('r_1', epoch(1));
    expect(runs.get('r_1')).toEqual({
      ...run,
      status: 'running',
      startedAt: expect.stringMatching(/Z$/),
      epochCount: 2,
      bestDevF1: 0.2,
      epochs: [epoch(1), epoch(2)],
    });
    runs.finishRun('r_1', 'finished', { modelName: 'names', modelVersion: 3 });
    expect(runs.get('r_1')).toMatchObject({
      status: 'finished',
      modelName: 'names',
      modelVersion: 3,
      finishedAt: expect.stringMatching(/Z$/),
    });
  });

  test('lists the newest first', () => {
    const { runs } = openRuns();
    expect(runs.list()).toEqual([]);
    for (const id of ['r_a', 'r_c', 'r_b']) runs.createRun({ ...run, id });
    expect(runs.list().map(({ id }) => id)).toEqual(['r_b', 'r_c', 'r_a']);
    expect(runs.list()[0]).toMatchObject({ epochCount: 0, bestDevF1: null });
  });

  test.each(['interrupted', 'failed'] as const)('ends as %s with the error', (status) => {
    const { runs } = openRuns();
    runs.createRun(run);
    runs.finishRun('r_1', status, { error: 'the loss became NaN' });
    expect(runs.get('r_1')).toMatchObject({ status, error: 'the loss became NaN' });
  });

  test('replaces an epoch that a resumed run repeats', () => {
    const { runs } = openRuns();
    runs.createRun(run);
    runs.recordEpoch('r_1', epoch(1, { loss: 3 }));
    runs.recordEpoch('r_1', epoch(1, { loss: 2 }));
    expect(runs.get('r_1').epochs.map(({ loss }) => loss)).toEqual([2]);
  });

  test('stores numbers that are not finite as null', () => {
    const { runs } = openRuns();
    runs.createRun(run);
    runs.recordEpoch('r_1', epoch(1, { loss: Number.NaN, gradientNorm: Number.POSITIVE_INFINITY }));
    expect(runs.get('r_1').epochs[0]).toMatchObject({ loss: null, gradientNorm: null, devRecall: 0.6 });
  });

  test.each([
    [{ seed: 0.5 }, 'registry: "seed" must be an integer, found 0.5'],
    [{ seed: Number.NaN }, 'registry: "seed" must be an integer, found NaN'],
    [{ id: '' }, 'registry: "id" of a run must not be empty'],
    [{}, 'registry: there is a run "r_1" already'],
  ])('refuses to create %j', (changes, message) => {
    const { runs } = openRuns();
    runs.createRun(run);
    const error = thrownBy(() => runs.createRun({ ...run, ...changes }));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(message);
  });

  test.each([0, -1, 2 ** 40, Number.MAX_SAFE_INTEGER])('keeps the seed %d exactly', (seed) => {
    const { runs } = openRuns();
    runs.createRun({ ...run, seed });
    expect(runs.get('r_1').seed).toBe(seed);
  });

  test.each([
    [{ epoch: -1 }, 'registry: "epoch" must be a whole number from 0, found -1'],
    [{ step: 1.5 }, 'registry: "step" must be a whole number from 0, found 1.5'],
  ])('refuses the epoch %j', (changes, message) => {
    const { runs } = openRuns();
    runs.createRun(run);
    const error = thrownBy(() => runs.recordEpoch('r_1', epoch(1, changes)));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(message);
  });

  test('refuses to write to a run that does not exist or has ended', () => {
    const { runs } = openRuns();
    const writes = [
      (id: string) => runs.recordEpoch(id, epoch(1)),
      (id: string) => runs.finishRun(id, 'finished'),
      (id: string) => runs.get(id) && runs.recordEpoch(id, epoch(1)),
    ];
    for (const write of writes) {
      const error = thrownBy(() => write('r_0'));
      expect(error.code).toBe('not_found');
      expect(error.message).toBe('registry: there is no run "r_0"');
    }
    expect(thrownBy(() => runs.resumeRun('r_0')).code).toBe('not_found');

    runs.createRun(run);
    runs.finishRun('r_1', 'finished');
    for (const write of writes) {
      const error = thrownBy(() => write('r_1'));
      expect(error.code).toBe('invalid_argument');
      expect(error.message).toBe('registry: run "r_1" has ended already');
    }
  });

  test('resumes a run that ended, but not one that runs', () => {
    const { runs } = openRuns();
    runs.createRun(run);
    const error = thrownBy(() => runs.resumeRun('r_1'));
    expect(error.code).toBe('training_in_progress');
    expect(error.message).toBe('registry: run "r_1" is still running');

    runs.recordEpoch('r_1', epoch(1));
    runs.finishRun('r_1', 'interrupted', { error: 'SIGINT' });
    runs.resumeRun('r_1');
    runs.recordEpoch('r_1', epoch(2));
    const resumed = runs.get('r_1');
    expect(resumed).toMatchObject({ status: 'running', epochCount: 2 });
    expect(resumed).not.toHaveProperty('error');
    expect(resumed).not.toHaveProperty('finishedAt');
  });

  test('tells a run whose process died as interrupted, and writes it down at the next opening', () => {
    const path = join(temporaryDirectory(), 'registry.db');
    const { database, runs } = openRuns(path);
    runs.createRun(run);
    runs.createRun({ ...run, id: 'r_alive' });
    database.run("UPDATE runs SET process_id = ? WHERE id = 'r_1'", deadProcessId());
    expect(runs.get('r_1').status).toBe('interrupted');
    expect(runs.list().map(({ status }) => status)).toEqual(['running', 'interrupted']);
    expect(database.get("SELECT status FROM runs WHERE id = 'r_1'")).toEqual({ status: 'running' });

    openRuns(path);
    expect(database.all('SELECT status FROM runs ORDER BY id')).toEqual([
      { status: 'interrupted' },
      { status: 'running' },
    ]);
    runs.resumeRun('r_1');
    expect(runs.get('r_1').status).toBe('running');
  });

  test.each([
    ['this process, under the same number', () => process.pid],
    ['the machine', () => process.ppid],
  ])('is not deceived by a process number from before %s started', (_, processIdOf) => {
    const { database, runs } = openRuns();
    runs.createRun(run);
    database.run('UPDATE runs SET process_id = ?, resumed_at = ?', processIdOf(), '2001-01-01T00:00:00.000Z');
    expect(runs.get('r_1').status).toBe('interrupted');
  });

  test('lets a run that was presumed dead go on writing', () => {
    const { database, runs } = openRuns();
    runs.createRun(run);
    database.run("UPDATE runs SET status = 'interrupted'");
    runs.recordEpoch('r_1', epoch(1));
    runs.finishRun('r_1', 'finished');
    expect(runs.get('r_1')).toMatchObject({ status: 'finished', epochCount: 1 });
  });
});
