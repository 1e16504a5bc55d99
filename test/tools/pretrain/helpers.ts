import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
export const SCRIPT = join(PROJECT, 'tools', 'pretrain.mjs');
/** Lists of names, which the training exchanges for those of its sentences. */
export const LISTS = resolve(PROJECT, process.env.ONOMAST_GAZETTEERS ?? '../shared/gazetteers');
export const areListsThere = existsSync(LISTS);

/** A module of tools/pretrain. They are plain JavaScript: the test says what it expects of them. */
export async function scriptModule<T>(name: string): Promise<T> {
  return (await import(join(PROJECT, 'tools', 'pretrain', name))) as T;
}

export interface Tagged {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

/** "Ada/B-PER sang" as words and tags; a word without a slash is O. */
export function tagged(text: string): Tagged {
  const pairs = text.split(' ').map((token) => /^(.+)\/([BI]-.+)$/.exec(token) ?? [token, token, 'O']);
  return { words: pairs.map((pair) => pair[1]), tags: pairs.map((pair) => pair[2]) };
}
