import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { processTests } from './test/process-tests.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const startProcesses = processTests(here('./test/')).map((path) => `test/${path}`);

export default defineConfig({
  // `#wing/file.js` is dist/ for node and src/ for tsc and for tests: package.json, imports.
  resolve: { alias: [{ find: /^#(.*)\.js$/, replacement: `${here('./src/')}$1.ts` }] },
  test: {
    globalSetup: './test/global-setup.ts',
    coverage: { include: ['src/**/*.ts'], exclude: ['src/engine/kernels/simd/assembly/**'] },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: startProcesses, testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: 'process', include: startProcesses, testTimeout: 120_000, hookTimeout: 120_000 },
      },
    ],
  },
});
