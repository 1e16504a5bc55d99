import { fileURLToPath } from 'node:url';

const below = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const PROJECT = below('');
export const MAIN = below('dist/app/cli/main.js');
export const CRF_PROGRAM = below('bench/peers/crfsuite.py');
export const TEMPLATE = below('tools/quality/quality.template.md');
export const BUNDLED_TRAIN = below('data/names/train.conll');
/** The table that `vectors=auto` takes. */
export const DEFAULT_VECTORS = below('data/vectors/en.safetensors');
