import type { ServerResponse } from 'node:http';
import { AppError } from '#base/errors.js';

/**
 * Bytes that the bodies and answers of all requests in progress may take together. What does not fit is refused at once:
 * many large requests must not end the process.
 */
export interface ByteBudget {
  /** @throws {AppError} `overloaded` */
  take(bytes: number): void;
  give(bytes: number): void;
  readonly taken: number;
}

export function createByteBudget(most: number): ByteBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > most)
        throw new AppError('overloaded', 'the requests in progress take all the memory there is for them; try again');
      taken += bytes;
    },
    give(bytes) {
      taken -= bytes;
    },
    get taken() {
      return taken;
    },
  };
}

/** Takes bytes until the answer is sent or its client is gone. */
export function takeUntilClosed(budget: ByteBudget, response: ServerResponse, bytes: number): void {
  budget.take(bytes);
  response.once('close', () => budget.give(bytes));
}
