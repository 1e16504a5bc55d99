import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { processTests } from './test/process-tests.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SMOKE = 'test/smoke/**/*.test.ts';
const startProcesses = processTests(here('./test/'))
  .map((path) => `test/${path}`)
  .filter((path) => !path.startsWith('test/smoke/'));

export default defineConfig({
  // `#wing/file.js` is dist/ for node and src/ for tsc and for tests: package.json, imports.
  resolve: { alias: [{ find: /^#(.*)\.js$/, replacement: `${here('./src/')}$1.ts` }] },
  test: {
    globalSetup: './test/global-setup.ts',
    coverage: { include: ['src/**/*.ts'], exclude: ['src/engine/kernels/simd/assembly/**'] },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A page in a browser may be slow where much else runs.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...startProcesses, SMOKE] },
      },
      {
        extends: true,
        test: { name: 'process', include: startProcesses },
      },
      // What the README promises of bench, pretraining, quality and figures, on a handful of sentences, and the examples: .ci/run.
      {
        extends: true,
        test: { name: 'smoke', include: [SMOKE], testTimeout: 600_000, fileParallelism: false },
      },
    ],
  },
});
