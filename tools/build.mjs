// Builds dist/ from src/: the WebAssembly kernels with asc, the program with tsc. Kept in one place so that `npm ci`
// (prepare) and `npm run build` agree.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (script, args) => execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

mkdirSync(`${root}dist`, { recursive: true });
for (const entry of readdirSync(`${root}dist`, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && !entry.name.endsWith('.wasm')) rmSync(join(entry.parentPath, entry.name));
}
await buildKernels();
run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
chmodSync(`${root}dist/app/cli/main.js`, 0o755);

/**
 * One source, four modules: with and without the fused multiply-add of relaxed SIMD, and for a memory that threads share
 * or for one that they do not, as the page of a browser has unless it is isolated. A module newer than its source stays.
 */
async function buildKernels() {
  const source = 'src/engine/kernels/simd/assembly';
  const target = 'dist/engine/kernels/simd';
  const inputs = [...readdirSync(root + source).map((name) => `${source}/${name}`), 'tools/build.mjs'];
  const changed = Math.max(...inputs.map((path) => statSync(root + path).mtimeMs));
  mkdirSync(root + target, { recursive: true });
  for (const relaxed of [false, true]) {
    for (const shared of [true, false]) {
      const output = `${target}/${relaxed ? 'relaxed' : 'simd'}${shared ? '' : '-unshared'}.wasm`;
      if (existsSync(root + output) && statSync(root + output).mtimeMs > changed) continue;
      // biome-ignore format: an option and its value belong on one line
      await assemble([
        `${source}/index.ts`, '--outFile', `${output}.tmp`,
        '--use', `FUSED=${relaxed ? 1 : 0}`,
        '--enable', relaxed ? 'simd,threads,relaxed-simd' : 'simd,threads',
        '--runtime', 'stub', '-O3', '--noAssert',
        '--importMemory', '--noExportMemory', '--initialMemory', '1', '--maximumMemory', '65536',
        ...(shared ? ['--sharedMemory'] : []),
      ]);
      renameSync(`${root}${output}.tmp`, root + output);
    }
  }
}

async function assemble(args) {
  const { default: asc } = await import('assemblyscript/asc');
  const { error, stderr } = await asc.main([...args, '--baseDir', root]);
  if (error) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
}
