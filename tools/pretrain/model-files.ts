import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMixedTensors } from '#base/safetensors.js';
import { sha256 } from '#tagging/model/model-directory.js';

/** The bytes of each file of a model directory, by name. */
export type Files = Readonly<Record<string, Uint8Array>>;

export function readModelFiles(directory: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name))]),
  );
}

export interface FileDescription {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export function describeFiles(files: Files): FileDescription[] {
  return Object.entries(files).map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) }));
}

export interface Space {
  readonly what: string;
  readonly bytes: number;
}

/** What takes the room: every file, of the weights every table of at least a hundredth of them. */
export function describeSpace(files: Files): Space[] {
  return Object.entries(files).flatMap(([name, bytes]): Space[] => {
    const file = { what: name, bytes: bytes.length };
    if (name !== 'weights.safetensors') return [file];
    const tensors = [...decodeMixedTensors(bytes, name).tensors.values()]
      .map((tensor) => ({ what: `– ${tensor.name} (${tensor.shape.join(' × ')})`, bytes: tensor.values.byteLength }))
      .filter((tensor) => tensor.bytes >= bytes.length / 100)
      .sort((left, right) => right.bytes - left.bytes);
    return [file, ...tensors];
  });
}

/** @throws {Error} if there are more than `limit` bytes, with what takes the room. */
export function assertSmall(files: Files, limit: number): void {
  const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  if (bytes <= limit) return;
  const lines = describeSpace(files).map(({ what, bytes: size }) => `  ${String(size).padStart(9)}  ${what}`);
  throw new Error(`the model has ${bytes} bytes, more than the limit of ${limit}:\n${lines.join('\n')}`);
}
