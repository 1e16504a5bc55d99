import { join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT } from './paths.js';

/**
 * Bundles the client of the pages: one entry, `page.js`, and a piece for each page that is fetched where it is needed.
 *
 * @param output The folder for the scripts.
 * @throws {Error} with the bundler's complaints.
 */
export async function bundleClient(output: string): Promise<void> {
  await build({
    absWorkingDir: PROJECT,
    entryPoints: [join(PROJECT, 'src/app/browser/page.ts')],
    outdir: output,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['source'],
    minify: true,
    sourcemap: true,
    legalComments: 'linked',
    logLevel: 'silent',
    chunkNames: 'chunk-[hash]',
  });
}
