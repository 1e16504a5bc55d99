import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './paths.js';
import { filesBelow, hashOf } from './sources.js';

const SOURCE = 'src/engine/kernels/simd/assembly';
const STAMP = 'sources.sha256';

/**
 * Compiles the SIMD kernels to WebAssembly. One source, four modules: with and without the fused multiply-add of relaxed
 * SIMD, and for a memory that threads share or for one that they do not, as the page of a browser has unless it is isolated.
 *
 * @param folders `known` has the modules of an earlier build, if any: they are copied if they were made from the same source.
 */
export async function compileKernels({ known, output }: { known: string; output: string }): Promise<void> {
  const sources = hashOf([...filesBelow(SOURCE), 'tools/build/kernels.ts', 'node_modules/assemblyscript/package.json']);
  const stamp = join(known, STAMP);
  const areKnown = existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
  mkdirSync(output, { recursive: true });
  for (const isRelaxed of [false, true]) {
    for (const isShared of [true, false]) {
      const file = `${isRelaxed ? 'relaxed' : 'simd'}${isShared ? '' : '-unshared'}.wasm`;
      if (areKnown && existsSync(join(known, file))) copyFileSync(join(known, file), join(output, file));
      else await compile({ output: join(output, file), isRelaxed, isShared });
    }
  }
  writeFileSync(join(output, STAMP), sources);
}

async function compile({ output, isRelaxed, isShared }: { output: string; isRelaxed: boolean; isShared: boolean }) {
  const { default: asc } = await import('assemblyscript/asc');
  // biome-ignore format: an option and its value belong on one line
  const { error, stderr } = await asc.main([
    `${SOURCE}/index.ts`, '--outFile', output.slice(PROJECT.length), '--baseDir', PROJECT,
    '--use', `FUSED=${isRelaxed ? 1 : 0}`,
    '--enable', isRelaxed ? 'simd,threads,relaxed-simd' : 'simd,threads',
    '--runtime', 'stub', '-O3', '--noAssert',
    '--importMemory', '--noExportMemory', '--initialMemory', '1', '--maximumMemory', '65536',
    ...(isShared ? ['--sharedMemory'] : []),
  ]);
  if (error) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
}
