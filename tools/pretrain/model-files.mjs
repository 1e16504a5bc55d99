import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMixedTensors } from '../../dist/base/safetensors.js';
import { sha256 } from '../../dist/tagging/model/model-directory.js';

/** @typedef {Record<string, Uint8Array>} Files the bytes of each file of a model directory, by name */

/**
 * @param {string} directory
 * @returns {Files}
 */
export function readModelFiles(directory) {
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((name) => [name, readFileSync(join(directory, name))]),
  );
}

/** @param {Files} files */
export function describeFiles(files) {
  return Object.entries(files).map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) }));
}

/**
 * What takes the room: every file, of the weights every table of at least a hundredth of them.
 *
 * @param {Files} files
 * @returns {{ what: string, bytes: number }[]}
 */
export function describeSpace(files) {
  return Object.entries(files).flatMap(([name, bytes]) => {
    const file = { what: name, bytes: bytes.length };
    if (name !== 'weights.safetensors') return [file];
    const tensors = [...decodeMixedTensors(bytes, name).tensors.values()]
      .map((tensor) => ({ what: `– ${tensor.name} (${tensor.shape.join(' × ')})`, bytes: tensor.values.byteLength }))
      .filter((tensor) => tensor.bytes >= bytes.length / 100)
      .sort((left, right) => right.bytes - left.bytes);
    return [file, ...tensors];
  });
}

/**
 * @param {Files} files
 * @param {number} limit bytes
 */
export function assertSmall(files, limit) {
  const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  if (bytes <= limit) return;
  const lines = describeSpace(files).map(({ what, bytes: size }) => `  ${String(size).padStart(9)}  ${what}`);
  throw new Error(`the model has ${bytes} bytes, more than the limit of ${limit}:\n${lines.join('\n')}`);
}
