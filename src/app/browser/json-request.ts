/** Why a request came to nothing, in words for the reader. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';

  constructor(
    message: string,
    /** 0 when no answer arrived. */
    readonly status: number,
    /** Of the program's catalogue of errors; '' when the answer was not one of its own. */
    readonly code: string,
  ) {
    super(message);
  }
}

export interface JsonRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/**
 * The JSON answer of this server.
 *
 * @throws {RequestFailure} with the server's own sentence when it refuses; `AbortError` when `signal` says so.
 */
export async function requestJson<T>(path: string, { method = 'GET', body, signal }: JsonRequest = {}): Promise<T> {
  const response = await sent(path, {
    method,
    headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const answer = await parsed(response);
  if (response.ok) return answer as T;
  const { error, code } = (answer ?? {}) as { error?: unknown; code?: unknown };
  throw new RequestFailure(
    typeof error === 'string' ? error : `The server answered ${response.status}.`,
    response.status,
    typeof code === 'string' ? code : '',
  );
}

async function sent(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, options);
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new RequestFailure('The server cannot be reached.', 0, '');
  }
}

async function parsed(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new RequestFailure(`The server’s answer (${response.status}) could not be read.`, response.status, '');
  }
}

export function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}
