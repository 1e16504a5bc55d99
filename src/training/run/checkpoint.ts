import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { AppError, messageOf } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { writeError } from '#base/files/write-error.js';
import { decodeMixedTensors, decodeTensors, encodeTensors } from '#base/safetensors.js';
import type { TrainerState } from '#training/loop/trainer.js';
import type { FoldStore } from './cross-validation.js';
import type { TrainedWeights } from './train-weights.js';

/**
 * An unfinished training on disk: one file in the safetensors layout, its header holding the cursor and what the run
 * was started with. One file, because renaming a file replaces the old one at once: a process killed at any moment
 * leaves the previous checkpoint or the new one.
 */
export interface Checkpoint {
  readonly state: TrainerState;
  /** Settings and data the run was started with; a resumed run must have the same. */
  readonly fingerprint: string;
  readonly runId: string;
  /** Seconds of training before this checkpoint. */
  readonly seconds: number;
}

export function checkpointPath(output: string): string {
  return `${output.replace(/[/\\]+$/, '')}.checkpoint`;
}

export function writeCheckpoint(path: string, { state, fingerprint, runId, seconds }: Checkpoint): void {
  const bytes = encodeTensors(
    Object.entries(state.arrays).map(([name, values]) => ({ name, shape: [values.length], values })),
    {
      cursor: JSON.stringify(state.cursor),
      fingerprint,
      run: runId,
      seconds: String(seconds),
      sha256: hashOf(state.arrays),
    },
  );
  try {
    replaceFile(path, bytes, `${path}.writing`, 'w'); // over what a killed run may have left
  } catch (cause) {
    throw writeError(path, cause, 'cannot write the checkpoint');
  }
}

/** Undefined if there is none. @throws {AppError} `damaged_checkpoint` */
export function readCheckpoint(path: string): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { tensors, metadata } = decodeTensors(readFileSync(path), 'damaged');
    const { cursor, fingerprint, run, seconds, sha256 } = metadata;
    if (!cursor || !fingerprint || !run || !seconds)
      throw new Error('the header lacks cursor, fingerprint, run or seconds');
    const arrays = Object.fromEntries([...tensors].map(([name, { values }]) => [name, values]));
    const state = { cursor: parseCursor(cursor), arrays };
    if (hashOf(arrays) !== sha256) throw new Error('the numbers are not those that were written');
    return { state, fingerprint, runId: run, seconds: Number(seconds) };
  } catch (cause) {
    throw new AppError('damaged_checkpoint', `${path}: ${messageOf(cause)}; delete it to start afresh`, { cause });
  }
}

export function removeCheckpoint(path: string): void {
  for (const file of [path, foldsPath(path)]) rmSync(file, { force: true });
}

/** Whether an interrupted training to `output` can go on. */
export function hasCheckpoint(output: string): boolean {
  const path = checkpointPath(output);
  return existsSync(path) || existsSync(foldsPath(path));
}

/** Beside the checkpoint: the trainings of the folds that are done. */
export function foldsPath(checkpoint: string): string {
  return `${checkpoint}.folds`;
}

/**
 * The finished trainings of a run's folds: kept on disk as each is done, and read again when the run goes on.
 *
 * @throws {AppError} `damaged_checkpoint`; `invalid_argument` if they are of other settings or data.
 */
export function openFoldStore(
  checkpoint: string,
  { fingerprint, resume }: { readonly fingerprint: string; readonly resume: boolean },
): FoldStore {
  const path = foldsPath(checkpoint);
  const done = new Map(resume && existsSync(path) ? readFolds(path, fingerprint) : []);
  return {
    done,
    keep(training, weights) {
      done.set(training, weights);
      const files = [...done].map(([number, { file }]) => ({
        name: String(number),
        shape: [file.length],
        values: file,
      }));
      const epochs = JSON.stringify([...done].map(([number, one]) => [number, one.epochs]));
      try {
        replaceFile(path, encodeTensors(files, { fingerprint, epochs }), `${path}.writing`, 'w');
      } catch (cause) {
        throw writeError(path, cause, 'cannot write the checkpoint');
      }
    },
  };
}

function readFolds(path: string, fingerprint: string): [number, TrainedWeights][] {
  let file: ReturnType<typeof decodeMixedTensors>;
  let epochs: [number, number][];
  try {
    file = decodeMixedTensors(readFileSync(path), 'damaged');
    epochs = JSON.parse(file.metadata.epochs);
  } catch (cause) {
    throw new AppError('damaged_checkpoint', `${path}: ${messageOf(cause)}; delete it to start afresh`, { cause });
  }
  if (file.metadata.fingerprint !== fingerprint) throw otherRun(path);
  return epochs.map(([number, ran]) => {
    const weights = file.tensors.get(String(number))?.values;
    if (!(weights instanceof Uint8Array))
      throw new AppError('damaged_checkpoint', `${path}: training ${number} is missing; delete it to start afresh`);
    return [number, { file: weights, epochs: ran }];
  });
}

export function otherRun(path: string): AppError {
  return new AppError(
    'invalid_argument',
    `--resume: "${path}" was made with other settings, data, seed or kernels; use those again, or leave out --resume to start afresh`,
  );
}

function hashOf(arrays: TrainerState['arrays']): string {
  const hash = createHash('sha256');
  for (const values of Object.values(arrays)) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

function parseCursor(text: string): TrainerState['cursor'] {
  const cursor = JSON.parse(text) as Partial<TrainerState['cursor']> | null;
  const { epoch, batch, step, lossSum, normSum, tokens, best } = cursor ?? {};
  if (![epoch, batch, step, lossSum, normSum, tokens, best?.score, best?.epoch].every(Number.isFinite))
    throw new Error('the cursor is not one of this program');
  return cursor as TrainerState['cursor'];
}
