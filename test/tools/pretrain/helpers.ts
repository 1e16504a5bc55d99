import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tagged } from '../../../tools/pretrain/corpora.js';

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** Arguments of node that run `npm run pretraining` without npm. */
export const PRETRAINING = ['--import', 'tsx', join(PROJECT, 'tools', 'pretrain.ts')];

/** Lists of names, which the training exchanges for those of its sentences. */
export const LISTS = resolve(PROJECT, process.env.ONOMAST_GAZETTEERS ?? '../shared/gazetteers');
export const areListsThere = existsSync(LISTS);

/** "Ada/B-PER sang" as words and tags; a word without a slash is O. */
export function tagged(text: string): Tagged {
  const pairs = text.split(' ').map((token) => /^(.+)\/([BI]-.+)$/.exec(token) ?? [token, token, 'O']);
  return { words: pairs.map((pair) => pair[1]), tags: pairs.map((pair) => pair[2]) };
}
