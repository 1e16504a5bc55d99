import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '#app/store/rows.js';
import type { TrainingJobRecord, TrainingJobRegistry, TrainingJobState } from '#app/store/training-jobs.js';
import { AppError } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { findRecipe } from '#training/config/recipes.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { checkpointPath, hasCheckpoint, removeCheckpoint } from '#training/run/checkpoint.js';
import { freeModelPath } from './free-model-path.js';
import type { NumberedEvent, TrainingJob, TrainingJobEvent, TrainingJobRequest, TrainingJobs } from './training-job.js';
import type { JobSentences, ProcessInterrupt, ProcessMessage, ProcessStart } from './training-protocol.js';

/** Beside this file once compiled; tests run from src/, which lies as deep as the dist/ that holds it. */
const PROCESS_FILE = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/app/services/training-process.js' : './training-process.js',
    import.meta.url,
  ),
);
const MODEL_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

interface Running {
  readonly child: ChildProcess;
  /** The last word of the process on how it ended. */
  ending?: Extract<ProcessMessage, { type: 'result' | 'failed' | 'interrupted' }>;
  readonly ended: Promise<void>;
}

/**
 * @param home Where models, database and what jobs need besides are.
 * @throws {AppError} `database_error` and the like from every method, when the record cannot be written.
 */
export function createTrainingJobs({
  registry,
  home,
}: {
  readonly registry: TrainingJobRegistry;
  readonly home: string;
}): TrainingJobs {
  const running = new Map<string, Running>();
  const listeners = new Map<string, Set<(event: NumberedEvent) => void>>();
  const sentencesFile = (id: string): string => join(home, 'data', 'local', 'training', `${id}.json`);

  const publish = (id: string, event: NumberedEvent): void => {
    for (const listener of listeners.get(id) ?? []) listener(event);
  };
  const tell = (id: string, event: TrainingJobEvent): void => {
    if (event.type === 'step') publish(id, { sequence: null, at: new Date().toISOString(), event });
    else {
      const { sequence, at } = registry.append(id, event as unknown as JsonObject);
      publish(id, { sequence, at, event });
    }
  };
  const enter = (id: string, state: TrainingJobState): void => {
    registry.setState(id, state, process.pid);
    tell(id, { type: 'state', state });
  };
  const refuse = (id: string, what: string, state: string): AppError =>
    new AppError('invalid_argument', `training: job ${id} is ${state} and cannot be ${what}`);

  const end = (id: string, job: Running, how: string): void => {
    running.delete(id);
    const { state, output } = registry.get(id);
    const { ending } = job;
    if (ending?.type === 'result') enter(id, 'finished');
    else if (ending?.type === 'failed' && ending.code === 'training_in_progress') enter(id, 'paused');
    else if (ending?.type === 'failed') enter(id, 'failed');
    else if (state === 'stopping') {
      removeCheckpoint(checkpointPath(output));
      enter(id, 'stopped');
    } else if (ending?.type === 'interrupted') enter(id, 'paused');
    else {
      const canResume = hasCheckpoint(output);
      const message = `the process of the training ended (${how})${canResume ? '; it can be resumed' : ''}`;
      tell(id, canResume ? { type: 'notice', message } : { type: 'failed', code: 'worker_failed', message });
      enter(id, canResume ? 'paused' : 'failed');
    }
    if (['finished', 'stopped'].includes(registry.get(id).state)) rmSync(sentencesFile(id), { force: true });
  };

  const launch = (id: string, { request, output }: Pick<TrainingJobRecord, 'request' | 'output'>, resume: boolean) => {
    const child = fork(PROCESS_FILE, [], {
      env: { ...process.env, ONOMAST_HOME: home },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    lowerPriority(child);
    let resolveEnded = (): void => {};
    const ended = new Promise<void>((resolve) => {
      resolveEnded = resolve;
    });
    const job: Running = { child, ended };
    running.set(id, job);
    child.on('message', (message: ProcessMessage) => {
      if (message.type === 'result' || message.type === 'failed' || message.type === 'interrupted')
        job.ending = message;
      if (message.type !== 'interrupted') tell(id, message);
    });
    let hasEnded = false;
    const onEnd = (how: string): void => {
      if (hasEnded) return;
      hasEnded = true;
      end(id, job, how);
      resolveEnded();
    };
    child.on('error', (error) => onEnd(error.message));
    child.on('close', (code, signal) => onEnd(signal ?? `exit code ${code}`));
    const hasSentences = (request as { data?: { kind?: string } }).data?.kind === 'sentences';
    const start: ProcessStart = {
      type: 'begin',
      request: request as unknown as TrainingJobRequest,
      sentencesFile: hasSentences ? sentencesFile(id) : null,
      output,
      resume,
    };
    child.send(start, () => {}); // a process that cannot be reached ends, which is told
  };

  const interrupt = (id: string, state: 'pausing' | 'stopping'): void => {
    enter(id, state);
    const message: ProcessInterrupt = { type: 'interrupt' };
    running.get(id)?.child.send(message, () => {});
  };
  const assertNoneRuns = (): void => {
    const [id] = running.keys();
    if (id !== undefined) {
      throw new AppError(
        'training_in_progress',
        `training: job ${id} is being trained; pause or stop it, or wait until it has finished`,
      );
    }
  };

  return {
    start(request) {
      assertNoneRuns();
      assertSound(request);
      const id = `j_${randomUUID().slice(0, 8)}`;
      const output = freeModelPath(join(home, 'models'), request.modelName, true);
      const { data, ...rest } = request;
      if (data.kind === 'sentences') writeSentences(sentencesFile(id), data);
      const stored = { ...rest, data: data.kind === 'sentences' ? { kind: data.kind } : data };
      registry.create({ id, request: stored, output });
      tell(id, { type: 'state', state: 'running' });
      launch(id, registry.get(id), false);
      return jobOf(registry.get(id));
    },
    list: () => registry.list().map(jobOf),
    get: (id) => jobOf(registry.get(id)),
    pause(id) {
      const { state } = registry.get(id);
      if (state !== 'running' || !running.has(id)) throw refuse(id, 'paused', state);
      interrupt(id, 'pausing');
    },
    resume(id) {
      const record = registry.get(id);
      if (record.state !== 'paused') throw refuse(id, 'resumed', record.state);
      assertNoneRuns();
      enter(id, 'running');
      launch(id, record, true);
    },
    stop(id) {
      const { state, output } = registry.get(id);
      if (running.has(id) && (state === 'running' || state === 'pausing')) return interrupt(id, 'stopping');
      if (state !== 'paused') throw refuse(id, 'stopped', state);
      removeCheckpoint(checkpointPath(output));
      rmSync(sentencesFile(id), { force: true });
      enter(id, 'stopped');
    },
    remove(id) {
      const { state, output } = registry.get(id);
      if (running.has(id)) throw refuse(id, 'removed', state);
      removeCheckpoint(checkpointPath(output));
      rmSync(sentencesFile(id), { force: true });
      registry.remove(id);
    },
    events: (id, after = 0) => {
      registry.get(id);
      return registry.eventsAfter(id, after).map(({ sequence, at, event }) => ({
        sequence,
        at,
        event: event as unknown as TrainingJobEvent,
      }));
    },
    watch(id, listener) {
      registry.get(id);
      const own = listeners.get(id) ?? new Set();
      listeners.set(id, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(id);
      };
    },
    async close() {
      for (const id of running.keys()) if (registry.get(id).state === 'running') interrupt(id, 'pausing');
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

/** Tagging goes first: what trains takes the time that is left. */
function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {} // it has ended already, or the system does not allow it: it trains all the same
}

/** What can be refused is refused here, not by a process a second later. */
function assertSound({ recipe, settings, modelName, seed = 0 }: TrainingJobRequest): void {
  parseRunConfig({ ...findRecipe(recipe).options, ...settings }, 'settings');
  if (!MODEL_NAME.test(modelName)) {
    throw new AppError(
      'invalid_argument',
      `training: "modelName" must be 1 to 64 letters, digits, ".", "_" or "-", found ${JSON.stringify(modelName)}`,
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new AppError('invalid_argument', `training: "seed" must be a whole number from 0, found ${seed}`);
}

function writeSentences(path: string, { train, dev }: JobSentences): void {
  makeDirectory(dirname(path));
  const bytes = new TextEncoder().encode(JSON.stringify({ train, dev }));
  replaceFile(path, bytes, `${path}.writing`, 'w');
}

function jobOf({ id, state, request, output, createdAt, changedAt }: TrainingJobRecord): TrainingJob {
  const { title, project, modelName, base, ...asked } = request as unknown as TrainingJobRequest;
  const recipe = base === undefined ? asked.recipe : `from ${base}`;
  return { id, title, project, state, modelName, recipe, output, createdAt, changedAt };
}
