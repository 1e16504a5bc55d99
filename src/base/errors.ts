import { oneLine } from './quoted.js';

/**
 * The one error type of the program: a sentence for the person who reads it, a stable `code` for the program that
 * does, and the `cause` if there is one. Only the doors of the program turn it into an HTTP status or
 * an exit code.
 *
 * Every code stands in {@link ERROR_CODES}; `docs/errors.md` explains each (a test compares them).
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Extra fields for JSON answers, such as `limit` or the position in the request that is at fault. */
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(oneLine(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export interface ErrorDetails {
  readonly limit?: number;
  readonly details?: readonly { readonly path: string; readonly message: string }[];
}

/** Every error code, in the order of `docs/errors.md`. */
export const ERROR_CODES = [
  'invalid_argument',
  'invalid_json',
  'invalid_request',
  'invalid_config',
  'unauthorized',
  'forbidden_origin',
  'forbidden_scope',
  'not_found',
  'unknown_model',
  'method_not_allowed',
  'request_timeout',
  'training_in_progress',
  'changed_meanwhile',
  'label_in_use',
  'activation_refused',
  'text_too_long',
  'too_many_texts',
  'too_many_tokens',
  'too_many_items',
  'body_too_large',
  'unsupported_media_type',
  'malformed_corpus',
  'malformed_vectors',
  'misaligned_span',
  'overlapping_spans',
  'invalid_tag',
  'empty_corpus',
  'not_utf8',
  'too_many_requests',
  'interrupted',
  'internal',
  'io_error',
  'damaged_model',
  'damaged_backup',
  'damaged_checkpoint',
  'incompatible_model',
  'invalid_plan',
  'numerical_failure',
  'worker_failed',
  'out_of_memory',
  'database_error',
  'database_busy',
  'disk_full',
  'port_in_use',
  'no_model',
  'overloaded',
  'tagging_timeout',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export function isErrorCode(code: string): code is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(code);
}

/** The message of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}
