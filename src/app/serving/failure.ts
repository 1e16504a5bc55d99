import { AppError, type ErrorCode, type ErrorDetails, messageOf } from '#base/errors.js';

/** An error on its way between threads, which cannot pass on its class. */
export interface Failure {
  readonly failure: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: ErrorDetails;
    /** For the log of the server, of errors that are none of ours. */
    readonly stack?: string;
  };
}

export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) {
    const { code, message, details } = error;
    return { failure: { code, message, details } };
  }
  // What the engine says when it cannot allocate an array, and WebAssembly when its memory cannot grow.
  if (error instanceof RangeError)
    return { failure: { code: 'out_of_memory', message: 'tagging: the memory was refused', details: {} } };
  const stack = error instanceof Error ? error.stack : undefined;
  return { failure: { code: 'internal', message: messageOf(error), details: {}, ...(stack && { stack }) } };
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failure' in value;
}

export function errorOf({ failure }: Failure): AppError {
  const { code, message, details, stack } = failure;
  const cause = stack === undefined ? undefined : Object.assign(new Error(message), { stack });
  return new AppError(code, message, { cause, details });
}
