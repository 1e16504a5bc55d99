import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where things are. What ships with the program lies in its own folder, what a user makes in the working directory. */
const PACKAGE_ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const HOME = resolve(process.env.ONOMAST_HOME || '.');

export const VIEWS_DIRECTORY = join(PACKAGE_ROOT, 'views');
/** What the build bundles for browsers. */
export const SCRIPTS_DIRECTORY = join(PACKAGE_ROOT, 'dist', 'assets');
export const MODELS_DIRECTORY = join(HOME, 'models');
export const DATABASE_FILE = join(HOME, 'data', 'local', 'onomast.sqlite');
/** That bulk jobs were begun; how far they are stands beside their results. */
export const BULK_JOBS_DIRECTORY = join(HOME, 'data', 'local', 'bulk');
/** The pretrained model, where there is one. */
export const SHIPPED_MODEL = join(PACKAGE_ROOT, 'models', 'names-en');
/**
 * Vectors of English words that trainings take unless told otherwise. The packed program has them once, with the model that was
 * trained with them.
 */
const SOURCE_VECTORS = join(PACKAGE_ROOT, 'data', 'vectors', 'en.safetensors');
export const ENGLISH_VECTORS = existsSync(SOURCE_VECTORS) ? SOURCE_VECTORS : join(SHIPPED_MODEL, 'vectors.safetensors');

export const BUNDLED_CORPUS = {
  train: join(PACKAGE_ROOT, 'data', 'names', 'train.conll'),
  dev: join(PACKAGE_ROOT, 'data', 'names', 'dev.conll'),
  test: join(PACKAGE_ROOT, 'data', 'names', 'test.conll'),
} as const;
