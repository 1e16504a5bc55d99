import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError, messageOf } from '#base/errors.js';

/** Made by the build beside this file; tests run from src/. */
const FOLDER = import.meta.url.endsWith('.ts') ? '../../../dist/app/export/' : './';

/**
 * What the build bundles for exported models.
 *
 * @param file Relative to this folder in dist/.
 * @throws {AppError} `io_error` if the program was not built.
 */
export function readBuilt(file: string): Buffer {
  const path = fileURLToPath(new URL(`${FOLDER}${file}`, import.meta.url));
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AppError('io_error', `${path}: cannot be read, so the program is not built whole: ${messageOf(cause)}`, {
      cause,
    });
  }
}
