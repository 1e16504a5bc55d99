import { AppError } from '#base/errors.js';

/** The AppError that `action` throws; anything else, and nothing thrown, fails the test. */
export function thrownBy(action: () => unknown): AppError {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected an AppError, but nothing was thrown');
}
