import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { type LoadTaggerOptions, loadTagger as loadTaggerAt } from '#tagging/tagger/load-tagger.js';
import { SHIPPED_MODEL } from './paths.js';

const SHIPPED_NAME = basename(SHIPPED_MODEL);

/**
 * A tagger from a model directory, or the one that comes with the program.
 *
 * @param model The directory; `names-en`, or nothing, is the model for English that ships with the program, unless there is a
 *   directory of that name.
 * @throws {AppError} `invalid_argument`, `unknown_model`, `damaged_model`, `incompatible_model`
 *
 * @example
 * const tagger = await loadTagger();
 * tagger.tag('Ada Lovelace met José.').entities;
 */
export async function loadTagger(model: string = SHIPPED_NAME, options: LoadTaggerOptions = {}): Promise<Tagger> {
  if (typeof model !== 'string' || model === '') {
    const found = model === '' ? '""' : typeof model;
    throw new AppError(
      'invalid_argument',
      `loadTagger: "model" must be a directory or ${SHIPPED_NAME}, found ${found}`,
    );
  }
  const isShipped = model === SHIPPED_NAME && !existsSync(model);
  return loadTaggerAt(isShipped ? SHIPPED_MODEL : model, options);
}
