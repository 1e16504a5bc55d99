import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { replaceFile } from '#base/files/atomic-write.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { readRegularFile } from '#base/files/read-regular-file.js';

/**
 * That a bulk job was begun, and by whom; how far it is stands beside its results. Each is a file of its own: `bulk` needs no
 * registry, and waits for none.
 */
export interface BulkJobRecord {
  readonly id: string;
  /** The folder of results, which holds how far the job is. */
  readonly output: string;
  readonly inputs: readonly string[];
  readonly model: string;
  readonly isQueued: boolean;
  /** ISO 8601, of the process that works on it now or did last. */
  readonly startedAt: string;
  /** What was done already when that process began, of all inputs together. */
  readonly startedBytes: number;
  readonly processId: number;
  readonly host: string;
}

/** More are not looked at: they would make the page slow, and nobody reads them. */
const MOST_RECORDS = 200;
const MOST_BYTES = 1 << 20;

/** @throws what the system says; the folder need not be there */
export function keepBulkJob(folder: string, job: Omit<BulkJobRecord, 'id' | 'startedAt' | 'processId' | 'host'>): void {
  const output = resolve(job.output);
  const id = createHash('sha256').update(output).digest('hex').slice(0, 16);
  const kept: BulkJobRecord = {
    ...job,
    id,
    output,
    inputs: job.inputs.map((path) => resolve(path)),
    startedAt: new Date().toISOString(),
    processId: process.pid,
    host: hostname(),
  };
  makeDirectory(folder);
  const path = join(folder, `${id}.json`);
  replaceFile(path, Buffer.from(`${JSON.stringify(kept, null, 1)}\n`), `${path}.${process.pid}.tmp`, 'w');
}

/** Newest first. What cannot be read, or is no such record, is left out. */
export function readBulkJobs(folder: string): BulkJobRecord[] {
  return namesIn(folder)
    .flatMap((name) => {
      try {
        const content = Buffer.from(readRegularFile(join(folder, name), MOST_BYTES)).toString('utf8');
        const value: unknown = JSON.parse(content);
        return isRecord(value) ? [value] : [];
      } catch {
        return [];
      }
    })
    .sort((one, other) => (one.startedAt > other.startedAt ? -1 : 1));
}

function namesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    if (names.length <= MOST_RECORDS) return names;
    const age = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return names
      .map((name) => ({ name, age: age(name) }))
      .sort((one, other) => other.age - one.age)
      .slice(0, MOST_RECORDS)
      .map(({ name }) => name);
  } catch {
    return []; // there is none
  }
}

function isRecord(value: unknown): value is BulkJobRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { inputs, isQueued, startedAt, startedBytes, processId, ...texts } = value as Record<string, unknown>;
  return (
    Array.isArray(inputs) &&
    inputs.every((input) => typeof input === 'string') &&
    typeof isQueued === 'boolean' &&
    Number.isFinite(Date.parse(String(startedAt))) &&
    [startedBytes, processId].every((number) => Number.isSafeInteger(number) && (number as number) >= 0) &&
    ['id', 'output', 'model', 'host'].every((name) => typeof texts[name] === 'string')
  );
}
