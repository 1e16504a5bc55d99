import { AppError, messageOf } from '#base/errors.js';

/** No room on the device, or none left of what this user may take. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Runs what writes a file. @throws {AppError} as {@link writeError} says it */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw cause instanceof AppError ? cause : writeError(path, cause);
  }
}

/** How a write that failed is told: as `disk_full` where there is no room, else as `io_error`. */
export function writeError(path: string, cause: unknown, problem = 'cannot be written'): AppError {
  const isFull = FULL.has(String((cause as NodeJS.ErrnoException | null)?.code));
  return new AppError(isFull ? 'disk_full' : 'io_error', `${path}: ${problem}: ${messageOf(cause)}`, { cause });
}
