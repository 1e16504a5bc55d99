import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { lockOutput } from '#base/files/file-lock.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

const newOutput = (): string => join(temporaryDirectory(), 'names');
const besides = (output: string): string[] => readdirSync(dirname(output));

/** The lock of some process, on this machine and taken just now unless told. */
function writeLock(output: string, holder: { pid: number; host?: string; since?: string }): void {
  const whole = { host: hostname(), since: new Date().toISOString(), ...holder };
  writeFileSync(`${output}.lock`, JSON.stringify(whole));
}

/** What tells one start of the machine from another. */
function readIfLinux(): string | undefined {
  const path = '/proc/sys/kernel/random/boot_id';
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function sleeper(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe('lockOutput', () => {
  test('is kept though the clock is set: forward past the time that the machine seems to have started, or back', () => {
    onTestFinished(() => void vi.useRealTimers());
    const hour = 3_600_000;
    for (const jump of [400 * 24 * hour, -400 * 24 * hour]) {
      const output = newOutput();
      const unlock = lockOutput(output);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
      expect(thrownBy(() => lockOutput(output)).code).toBe('training_in_progress');
      unlock();
      lockOutput(output)();
      vi.useRealTimers();
      const child = sleeper();
      const boot = readIfLinux();
      if (boot === undefined) continue;
      writeFileSync(
        `${output}.lock`,
        JSON.stringify({ ...{ pid: child.pid, host: hostname(), boot }, since: '1970-01-02T00:00:00.000Z' }),
      );
      expect(thrownBy(() => lockOutput(output)).message).toContain(`process ${child.pid} has been training`);
    }
  });

  test('is held until it is given back, by one at a time, and says by whom', () => {
    const output = newOutput();
    const unlock = lockOutput(output);
    expect(JSON.parse(readFileSync(`${output}.lock`, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    const error = thrownBy(() => lockOutput(output));
    expect(error.code).toBe('training_in_progress');
    expect(error.message).toMatch(
      new RegExp(
        `^training: process ${process.pid} has been training to this output since \\d{4}-.*Z; wait for it, or choose another output\\. If there is no such process any more, delete ".*names\\.lock"$`,
      ),
    );
    lockOutput(join(dirname(output), 'other'))();
    unlock();
    unlock();
    expect(besides(output)).toEqual([]);
    lockOutput(output)();
  });

  test('of a living process is respected; once that is dead, it is taken over', async () => {
    const output = newOutput();
    const child = sleeper();
    writeLock(output, { pid: child.pid! });
    expect(thrownBy(() => lockOutput(output)).message).toContain(`process ${child.pid} has been training`);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    lockOutput(output)();
    expect(besides(output)).toEqual([]);
  });

  test.each<[string, (output: string) => void]>([
    ['a dead process', (output) => writeLock(output, { pid: deadPid() })],
    [
      'a process before the machine was started',
      (output) => writeLock(output, { pid: 1, since: '2001-01-01T00:00:00Z' }),
    ],
    [
      'a process that had our number',
      (output) => writeLock(output, { pid: process.pid, since: '2001-01-01T00:00:00Z' }),
    ],
    ['who died while writing it', (output) => writeFileSync(`${output}.lock`, '')],
    ['who writes nonsense', (output) => writeFileSync(`${output}.lock`, '{"pid": 0}')],
    [
      'a dead process, which another died taking over',
      (output) => {
        writeLock(output, { pid: deadPid() });
        writeLock(`${output}.lock.takeover`.replace(/\.lock$/, ''), { pid: deadPid() });
        writeFileSync(`${output}.lock.takeover`, readFileSync(`${output}.lock`));
      },
    ],
  ])('of %s is taken over', (_, prepare) => {
    const output = newOutput();
    prepare(output);
    const unlock = lockOutput(output);
    expect(JSON.parse(readFileSync(`${output}.lock`, 'utf8')).pid).toBe(process.pid);
    unlock();
    expect(existsSync(`${output}.lock`)).toBe(false);
  });

  test('of another machine is respected, for nobody knows', () => {
    const output = newOutput();
    writeLock(output, { pid: deadPid(), host: 'elsewhere' });
    expect(thrownBy(() => lockOutput(output)).message).toMatch(/^training: process \d+ on elsewhere has been training/);
  });

  test('that was taken by another meanwhile stays when it is given back', () => {
    const output = newOutput();
    const unlock = lockOutput(output);
    writeLock(output, { pid: 1, host: 'elsewhere' });
    unlock();
    expect(existsSync(`${output}.lock`)).toBe(true);
  });

  test.each<[string, (output: string) => string]>([
    ['written', (output) => join(output, 'below', 'names')],
    [
      'read',
      (output) => {
        mkdirSync(`${output}.lock`);
        return output;
      },
    ],
  ])('that cannot be %s is told', (what, pathOf) => {
    const output = pathOf(newOutput());
    const error = thrownBy(() => lockOutput(output));
    expect(error.code).toBe('io_error');
    expect(error.message).toContain(`${output}.lock: cannot be ${what}: `);
  });

  test('of a dead process goes to one of many that want it at once', async () => {
    const output = newOutput();
    writeLock(output, { pid: deadPid() });
    const script = join(dirname(output), 'take.mjs');
    const module = new URL('../../../dist/base/files/file-lock.js', import.meta.url);
    // Each says when it is ready, then what came of it, and ends when it is told to.
    writeFileSync(
      script,
      `const { lockOutput } = await import(${JSON.stringify(module.href)});
       console.log('ready');
       process.stdin.once('data', () => {
         try { lockOutput(${JSON.stringify(output)}); console.log('won'); } catch (error) { console.log(error.code); }
       });`,
    );
    const takers = Array.from({ length: 8 }, () =>
      spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const told = (): Promise<string[]> =>
      Promise.all(takers.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()));
    await told();
    const answering = told();
    for (const { stdin } of takers) stdin.write('go');
    const answers = await answering;
    for (const { stdin } of takers) stdin.end();
    expect(answers.sort()).toEqual([...Array(7).fill('training_in_progress'), 'won']);
  });
});

describe('a training', () => {
  const requestFor = (output: string, set: object = {}): TrainingRequest => ({
    train: { name: 'train', sentences: TINY_CORPUS.slice(0, 6) },
    dev: { name: 'dev', sentences: TINY_CORPUS.slice(6) },
    output,
    config: parseRunConfig({ ...TINY_CONFIG, ...set }, 'test'),
    seed: 0,
    resume: false,
    kernels: createReferenceKernels('float32'),
  });
  const toEnd = async (run: ReturnType<typeof runTraining>): Promise<void> => {
    while (!(await run.next()).done);
  };

  test('refuses an output that another trains to, which goes on undisturbed and then makes room', async () => {
    const output = newOutput();
    const first = runTraining(requestFor(output));
    await first.next();
    await expect(toEnd(runTraining(requestFor(output)))).rejects.toMatchObject({
      code: 'training_in_progress',
      message: expect.stringContaining(`process ${process.pid} has been training to this output`),
    });
    await toEnd(first);
    expect(besides(output)).toEqual(['names']);
    await toEnd(runTraining(requestFor(output)));
    expect(besides(output)).toEqual(['names', 'names.versions']);
  });

  test('makes room when it fails', async () => {
    const output = newOutput();
    const set = { optimizer: 'sgd', learn_rate: 1e38, grad_clip: 0, rnn_type: 'relu', warmup_steps: 0 };
    await expect(toEnd(runTraining(requestFor(output, set)))).rejects.toMatchObject({ code: 'numerical_failure' });
    expect(besides(output)).toEqual([]);
  });

  test('makes room when it is interrupted, or left before its end', async () => {
    const output = newOutput();
    const interrupted = runTraining({ ...requestFor(output), signal: AbortSignal.abort() });
    await expect(toEnd(interrupted)).rejects.toMatchObject({ code: 'interrupted' });
    expect(besides(output)).toEqual(['names.checkpoint']);
    for await (const report of runTraining(requestFor(output))) if (report.type === 'epoch') break;
    expect(besides(output)).toEqual(['names.checkpoint']);
  });
});
