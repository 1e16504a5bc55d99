import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const STARTS_PROCESSES = /from '(?:node:child_process|playwright-core)'/;
const OWN_MODULES = /from '(\.[^']+)\.js'/g;

/**
 * The test files that start a process or a browser, by what they import: themselves, or through helpers of the tests.
 * They are the project `process`; all others are the project `unit`.
 *
 * @param directory of the tests
 * @returns paths relative to the directory
 */
export function processTests(directory: string): string[] {
  const known = new Map<string, boolean>();
  const startsProcesses = (path: string): boolean => {
    const answer = known.get(path);
    if (answer !== undefined) return answer;
    known.set(path, false); // of a file in a circle, which has been asked already
    const source = readFileSync(path, 'utf8');
    const starts =
      STARTS_PROCESSES.test(source) ||
      Array.from(source.matchAll(OWN_MODULES), ([, specifier]) => join(dirname(path), `${specifier}.ts`))
        .filter((imported) => imported.startsWith(directory) && existsSync(imported)) // not what stands in a text
        .some(startsProcesses);
    known.set(path, starts);
    return starts;
  };
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(directory, name))
    .filter(startsProcesses)
    .map((path) => relative(directory, path))
    .sort();
}
