import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = fileURLToPath(new URL('./src/', import.meta.url));

export default defineConfig({
  // `#wing/file.js` is dist/ for node and src/ for tsc and for tests: package.json, imports.
  resolve: { alias: [{ find: /^#(.*)\.js$/, replacement: `${src}$1.ts` }] },
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
