import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** What is at a path is there, but is not what can be read as a whole; the message says what was expected and found. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
}

/**
 * The bytes of a regular file of at most `most` bytes. A pipe or device is refused, for it may never end, and opening it
 * may never return; so is what has grown while it was read.
 *
 * @throws {UnusableFile} and what the system says.
 */
export function readRegularFile(path: string, most: number): Uint8Array {
  // Without O_NONBLOCK opening a pipe waits for somebody who writes to it.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) throw Object.assign(new Error(`it is a directory`), { code: 'EISDIR' });
    if (!stats.isFile()) throw new UnusableFile('expected a regular file, found a pipe or a device');
    if (stats.size > most) throw new UnusableFile(`expected a file of at most ${most} bytes, found ${stats.size}`);
    const bytes = new Uint8Array(stats.size);
    let at = 0;
    for (let read = -1; at < bytes.length && read !== 0; at += read)
      read = readSync(file, bytes, at, bytes.length - at, null);
    if (at < bytes.length) throw new UnusableFile(`expected ${stats.size} bytes, found ${at}; it is being written`);
    return bytes;
  } finally {
    closeSync(file);
  }
}
