import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { PROJECT } from './paths.js';

/**
 * Bundles the client of the pages: one entry, `page.js`, and a piece for each page that is fetched where it is needed.
 *
 * @param kernels The module of the kernels, for memory that is not shared.
 * @param output The folder for the scripts.
 * @throws {Error} with the bundler's complaints.
 */
export async function bundleClient({ kernels, output }: { kernels: string; output: string }): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: [join(PROJECT, 'src/app/browser/page.ts')],
    outdir: output,
    splitting: true,
    sourcemap: true,
    legalComments: 'linked',
    chunkNames: 'chunk-[hash]',
    define: kernelsInside(kernels),
  });
}

/** Programs that go out with exported models, each one file: the whole tagger, and what stands around an ONNX graph. */
const RUNTIMES = ['module-runtime', 'onnx-runtime'];

/**
 * @param output The folder.
 * @throws {Error} with the bundler's complaints.
 */
export async function bundleRuntimes(output: string): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: RUNTIMES.map((name) => join(PROJECT, `src/app/export/${name}.ts`)),
    outdir: output,
    outExtension: { '.js': '.bundle.js' },
    legalComments: 'inline',
  });
}

/**
 * Bundles the library for browsers into one file, kernels included.
 *
 * @param kernels The module of the kernels, for memory that is not shared.
 * @param output The file.
 * @throws {Error} with the bundler's complaints.
 */
export async function bundleBrowserLibrary({ kernels, output }: { kernels: string; output: string }): Promise<void> {
  await build({
    ...SHARED,
    entryPoints: [join(PROJECT, 'src/browser.ts')],
    outfile: output,
    sourcemap: true,
    legalComments: 'inline',
    define: kernelsInside(kernels),
  });
}

function kernelsInside(kernels: string): NonNullable<BuildOptions['define']> {
  return { ONOMAST_KERNELS: JSON.stringify(readFileSync(kernels).toString('base64')) };
}

const SHARED: BuildOptions = {
  absWorkingDir: PROJECT,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  conditions: ['source'],
  minify: true,
  logLevel: 'silent',
};
