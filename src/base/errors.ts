/**
 * The one error type of the program: a sentence for the person who reads it, a stable `code` for the program that
 * does, and the `cause` if there is one. Only `web/error-handler` and `cli/main` turn it into a status or an exit code.
 *
 * Every code, with its HTTP status, stands in {@link ERROR_CODES}; `docs/errors.md` explains each (a test compares them).
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Extra fields for JSON answers, such as `limit` or the position in the request that is at fault. */
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export interface ErrorDetails {
  readonly limit?: number;
  readonly details?: readonly { readonly path: string; readonly message: string }[];
}

/** Every error code and the HTTP status it is answered with. */
export const ERROR_CODES = {
  invalid_argument: 400,
  invalid_json: 400,
  invalid_request: 400,
  invalid_config: 400,
  forbidden_origin: 403,
  not_found: 404,
  unknown_model: 404,
  method_not_allowed: 405,
  training_in_progress: 409,
  text_too_long: 413,
  too_many_texts: 413,
  body_too_large: 413,
  unsupported_media_type: 415,
  malformed_corpus: 422,
  malformed_vectors: 422,
  misaligned_span: 422,
  overlapping_spans: 422,
  invalid_tag: 422,
  empty_corpus: 422,
  not_utf8: 422,
  too_many_requests: 429,
  interrupted: 499,
  internal: 500,
  io_error: 500,
  damaged_model: 500,
  damaged_checkpoint: 500,
  incompatible_model: 500,
  numerical_failure: 500,
  worker_failed: 500,
  out_of_memory: 500,
  database_error: 503,
  database_busy: 503,
  disk_full: 503,
  port_in_use: 503,
  no_model: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The message of anything that was thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
