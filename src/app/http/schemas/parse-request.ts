import type { z } from 'zod';
import { AppError } from '#base/errors.js';
import { requireCounted } from './lists.js';

/** Places named in one answer, and characters of each message: an answer must not be as long as what caused it. */
const MOST_DETAILS = 20;
const MOST_CHARACTERS = 300;

/**
 * What a request says, checked and completed by its schema.
 *
 * @throws {AppError} `invalid_request` that names the first places at fault, or what `requireCounted` throws.
 */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown): T {
  requireCounted(schema, value);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const details = issues.slice(0, MOST_DETAILS).map(({ path, message }) => ({
    path: shortened(pathText(path)),
    message: shortened(lowerFirst(message)),
  }));
  const { path, message } = details[0];
  const more = issues.length === 1 ? '' : ` (and ${issues.length - 1} more)`;
  throw new AppError('invalid_request', `${path === '' ? 'request' : path}: ${message}${more}`, {
    details: { details },
  });
}

/** `['texts', 3]` becomes `texts[3]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
