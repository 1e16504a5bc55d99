import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { NumberedEvent, TrainingJobRequest, TrainingJobs } from '#app/services/training-job.js';
import { createTrainingJobs } from '#app/services/training-jobs.js';
import { openRegistry } from '#app/store/registry.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { loadModel } from '#tagging/model/model-directory.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

function openHome(home = temporaryDirectory()) {
  const registry = openRegistry(join(home, 'data', 'local', 'onomast.sqlite'), { homeDirectory: home });
  const jobs = createTrainingJobs({ registry: registry.trainingJobs, home });
  onTestFinished(async () => {
    await jobs.close();
    registry.close();
  });
  return { home, registry, jobs };
}

const REQUEST: TrainingJobRequest = {
  title: 'Tiny',
  data: { kind: 'sentences', train: TINY_CORPUS.slice(0, 6), dev: TINY_CORPUS.slice(6) },
  recipe: 'names',
  settings: { ...TINY_CONFIG, vectors: 'none' },
  modelName: 'tiny',
  watch: ['Ada went to Oslo.'],
};
/** Long enough to be paused in the middle. */
const LONG = { ...REQUEST, settings: { ...REQUEST.settings, max_epochs: 3000, patience: 3000 } };

/** Resolves with the first event for which `isIt` holds, of those told already or to come. */
function event(jobs: TrainingJobs, id: string, isIt: (event: NumberedEvent) => boolean): Promise<NumberedEvent> {
  return new Promise((resolve) => {
    const stop = jobs.watch(id, (one) => {
      if (!isIt(one)) return;
      stop();
      resolve(one);
    });
    const told = jobs.events(id).find(isIt);
    if (!told) return;
    stop();
    resolve(told);
  });
}
/** The state that a job comes to after the events told so far. */
function state(jobs: TrainingJobs, id: string, ...names: string[]): Promise<NumberedEvent> {
  const seen = jobs.events(id).at(-1)?.sequence ?? 0;
  return event(
    jobs,
    id,
    ({ sequence, event: one }) => one.type === 'state' && names.includes(one.state) && (sequence ?? 0) > seen,
  );
}
const epochSeen = (jobs: TrainingJobs, id: string, from = 0) =>
  event(jobs, id, ({ event: one, sequence }) => one.type === 'epoch' && (sequence ?? 0) > from);

describe('a training in a process of its own', () => {
  test('tells everything in order, and its model is registered', async () => {
    const { jobs, registry } = openHome();
    const { id, output, state: first } = jobs.start(REQUEST);
    expect(first).toBe('running');
    expect(thrownBy(() => jobs.start(REQUEST)).code).toBe('training_in_progress');
    await event(jobs, id, ({ event: one }) => one.type === 'state' && one.state !== 'running');
    const told = jobs.events(id);
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, i) => i + 1));
    const types = told.map(({ event: { type } }) => type);
    expect(types.filter((type) => type === 'epoch')).toHaveLength(3);
    expect(types.filter((type) => type === 'watch')).toHaveLength(3);
    expect(types.slice(-2)).toEqual(['result', 'state']);
    expect(jobs.get(id)).toMatchObject({ title: 'Tiny', modelName: 'tiny', state: 'finished', output });
    expect(jobs.events(id, 4)).toEqual(told.slice(4));
    expect(registry.models.list()).toMatchObject([{ name: 'tiny', version: 1, path: output }]);
    const result = told.at(-2)!.event;
    const { meta } = loadModel(output, createReferenceKernels('float32'));
    expect(result).toMatchObject({ type: 'result', output, weightsSha256: meta.weights_sha256 });
  });

  test('paused, and resumed by another program, it comes to the same weights', async () => {
    const settings = { ...REQUEST.settings, max_epochs: 100, patience: 100 };
    const whole = openHome();
    const { id: wholeId } = whole.jobs.start({ ...REQUEST, settings });
    await state(whole.jobs, wholeId, 'finished');
    const { weightsSha256: expected } = whole.registry.models.find('tiny');

    const { home, jobs, registry } = openHome();
    const { id } = jobs.start({ ...REQUEST, settings });
    await epochSeen(jobs, id);
    await jobs.close();
    registry.close();
    const later = openHome(home);
    expect(later.jobs.get(id).state).toBe('paused');
    later.jobs.resume(id);
    await state(later.jobs, id, 'finished');
    expect(later.registry.models.find('tiny').weightsSha256).toBe(expected);
    expect(readdirSync(join(home, 'data', 'local', 'training'))).toEqual([]);
  });

  test('stopped, it leaves its record alone', async () => {
    const { home, jobs } = openHome();
    const { id } = jobs.start(LONG);
    await epochSeen(jobs, id);
    jobs.stop(id);
    expect(jobs.get(id).state).toBe('stopping');
    await state(jobs, id, 'stopped');
    expect(readdirSync(join(home, 'models'))).toEqual([]);
    expect(thrownBy(() => jobs.resume(id)).message).toBe(`training: job ${id} is stopped and cannot be resumed`);
    jobs.remove(id);
    expect(jobs.list()).toEqual([]);
  });

  test('killed, it is paused and can go on', async () => {
    const { home, jobs, registry } = openHome();
    const { id, output } = jobs.start(LONG);
    const { sequence } = await epochSeen(jobs, id);
    const { pid } = JSON.parse(readFileSync(`${output}.lock`, 'utf8'));
    process.kill(pid, 'SIGKILL');
    await state(jobs, id, 'paused');
    expect(jobs.events(id).at(-2)?.event).toEqual({
      type: 'notice',
      message: 'the process of the training ended (SIGKILL); it can be resumed',
    });
    jobs.resume(id);
    await epochSeen(jobs, id, jobs.events(id).at(-1)!.sequence!);
    expect(sequence).toBeGreaterThan(0);
    jobs.pause(id);
    await state(jobs, id, 'paused');
    expect(registry.trainingJobs.get(id).state).toBe('paused');
    expect(existsSync(join(home, 'models', 'tiny'))).toBe(false);
  });

  test('that cannot be done says why', async () => {
    const { jobs } = openHome();
    const { id } = jobs.start({ ...REQUEST, data: { kind: 'files', train: ['/nowhere.conll'] } });
    await event(jobs, id, ({ event: one }) => one.type === 'state' && one.state === 'failed');
    expect(jobs.events(id).at(-2)?.event).toMatchObject({ type: 'failed', code: 'not_found' });
  });

  test.each([
    [{ modelName: 'a/b' }, 'invalid_argument'],
    [{ recipe: 'none' }, 'invalid_argument'],
    [{ settings: { hidden_size: -1 } }, 'invalid_config'],
    [{ seed: 0.5 }, 'invalid_argument'],
  ])('%j is refused at once', (changed, code) => {
    const { jobs } = openHome();
    expect(thrownBy(() => jobs.start({ ...REQUEST, ...changed })).code).toBe(code);
    expect(jobs.list()).toEqual([]);
  });
});
