/** Builds dist/ from src/ and reports type errors: `npm run build`, and `npm ci` through `prepare`. */
import { parseArgs } from 'node:util';
import { build } from './build/build.js';

const { values } = parseArgs({ options: { force: { type: 'boolean', default: false } } });
try {
  const { isNew } = await build({ checksTypes: true, ...values });
  if (!isNew) process.stderr.write('build: dist/ is up to date\n');
} catch (error) {
  process.stderr.write(`build: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
