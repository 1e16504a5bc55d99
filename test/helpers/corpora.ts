import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of public corpora, which are not part of this project; `ONOMAST_CORPORA` is absolute or relative to it. */
export const CORPORA = resolve(PROJECT, process.env.ONOMAST_CORPORA ?? '../shared/corpora');

/** Tests that need the corpora are skipped without them, unless somebody has said where they are. */
export const areCorporaThere = existsSync(CORPORA);
if (!areCorporaThere && process.env.ONOMAST_CORPORA !== undefined)
  throw new Error(`ONOMAST_CORPORA: expected a folder of corpora, found nothing at ${CORPORA}`);
