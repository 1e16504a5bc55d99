import { AppError, type ErrorCode, type ErrorDetails, messageOf } from '#base/errors.js';

/** An error on its way between threads, which cannot pass on its class. */
export interface Failure {
  readonly failure: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: ErrorDetails;
    /** Of errors that are none of ours, and of them alone. */
    readonly stack?: string;
  };
}

/** What the engine says when it cannot allocate an array, and WebAssembly when its memory cannot grow. */
const MEMORY_REFUSED = /memory|allocation|array length/i;

export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) {
    const { code, message, details } = error;
    return { failure: { code, message, details } };
  }
  if (error instanceof RangeError && MEMORY_REFUSED.test(error.message))
    return { failure: { code: 'out_of_memory', message: 'tagging: the memory was refused', details: {} } };
  const message = messageOf(error);
  const stack = (error instanceof Error && error.stack) || message;
  return { failure: { code: 'internal', message, details: {}, stack } };
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failure' in value;
}

/** An error that was none of ours stays one: its message is for the log, and whoever asked is told no more than that. */
export function errorOf({ failure }: Failure): Error {
  const { code, message, details, stack } = failure;
  return stack === undefined ? new AppError(code, message, { details }) : Object.assign(new Error(message), { stack });
}
