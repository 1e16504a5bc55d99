import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { loadTaggerFrom } from '#tagging/tagger/load-tagger.js';
import { type AnsweredJob, answerInTurns, answerJobs } from './answer-jobs.js';
import { type Failure, failureOf } from './failure.js';
import type { TagJob } from './tagging.js';
import type { FromWorker, ToWorker, WorkerStart } from './worker-messages.js';

/** A thread that tags: it holds the models it was given and answers jobs, batch by batch. */
const { givenUp, kernelBytes } = workerData as WorkerStart;
const taggers = new Map<string, Tagger>();
const port = parentPort!;

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'load':
      load(message);
      break;
    case 'forget':
      taggers.delete(message.key);
      break;
    case 'jobs':
      answer(message);
  }
});

function load({ key, files, path, identity }: Extract<ToWorker, { type: 'load' }>): void {
  try {
    const { tagger } = loadTaggerFrom(files, path, { identity, memory: { maximumBytes: kernelBytes } });
    const { sha256 } = tagger.model;
    if (sha256 !== identity.sha256) {
      throw new AppError(
        'damaged_model',
        `model ${identity.id}@${identity.version}: its directory holds other weights than were registered (SHA-256 ` +
          `${sha256}, not ${identity.sha256}): it was overwritten; train or register it again`,
      );
    }
    taggers.set(key, tagger);
    say({ type: 'loaded', key, labels: tagger.labels });
  } catch (error) {
    say({ type: 'refused', key, failure: failureOf(error) });
  }
}

function answer({ batch, key, jobs }: Extract<ToWorker, { type: 'jobs' }>): void {
  const tagger = taggers.get(key);
  if (tagger === undefined) {
    const failure = failureOf(new AppError('damaged_model', 'model: it could not be loaded'));
    say({ type: 'answers', batch, answers: jobs.map(() => failure) });
    return;
  }
  let answers: (AnsweredJob | Failure | undefined)[];
  try {
    answers = jobs.length === 1 ? [wholeJob(tagger, jobs[0], batch)] : answerJobs(tagger, jobs);
  } catch (error) {
    answers = jobs.map(() => failureOf(error));
  }
  say({ type: 'answers', batch, answers });
}

function wholeJob(tagger: Tagger, job: TagJob, batch: number): AnsweredJob | undefined {
  const turns = answerInTurns(tagger, job);
  for (;;) {
    if (Atomics.load(givenUp, 0) === batch) return undefined;
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

function say(message: FromWorker): void {
  port.postMessage(message);
}
