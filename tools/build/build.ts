import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundleBrowserLibrary, bundleClient, bundleRuntimes } from './client.js';
import { compileKernels } from './kernels.js';
import { withLock } from './lock.js';
import { PROJECT } from './paths.js';
import { compileProgram } from './program.js';
import { fingerprint } from './sources.js';

const DIST = join(PROJECT, 'dist');
/** As deep as dist/, because source maps name the sources relative to the file. */
const STAGING = join(PROJECT, '.build');
const STAMP = '.build-stamp.json';

export interface BuildOptions {
  /** Whether type errors fail the build. Tests are run without: they may be run while types are in motion. */
  readonly checksTypes: boolean;
  /** Builds even if dist/ is what the sources give. */
  readonly force?: boolean;
}

/** What dist/ was made from. */
interface Stamp {
  readonly sources: string;
  readonly areTypesChecked: boolean;
  readonly files: readonly string[];
}

/**
 * Makes dist/ what the sources give, unless it is already.
 *
 * Any number of processes may call this at the same time: one builds, the others wait and find the work done. A file of
 * dist/ is replaced whole and only if it changes, so that a program that runs meanwhile reads the old or the new one.
 *
 * @throws {Error} if a compiler complains; dist/ is then as it was.
 */
export function build({ checksTypes, force = false }: BuildOptions): Promise<{ readonly isNew: boolean }> {
  return withLock(join(PROJECT, '.build.lock'), async () => {
    // Before anything is compiled: if a source changes meanwhile, the stamp is out of date and the next call builds.
    const sources = fingerprint();
    const stamp = readStamp();
    const isFresh =
      stamp?.sources === sources &&
      (stamp.areTypesChecked || !checksTypes) &&
      stamp.files.every((file) => existsSync(join(DIST, file)));
    if (isFresh && !force) return { isNew: false };

    rmSync(STAGING, { recursive: true, force: true });
    try {
      await compileKernels({ known: join(DIST, 'engine/kernels/simd'), output: join(STAGING, 'engine/kernels/simd') });
      await compileProgram({ output: STAGING, checksTypes });
      const kernels = join(STAGING, 'engine/kernels/simd/simd-unshared.wasm');
      await bundleClient({ kernels, output: join(STAGING, 'assets') });
      await bundleRuntimes(join(STAGING, 'app/export'));
      await bundleBrowserLibrary({ kernels, output: join(STAGING, 'browser.bundle.js') });
      chmodSync(join(STAGING, 'app/cli/main.js'), 0o755);
      const files = filesBelow(STAGING);
      forgetStamp();
      replaceFiles(files);
      const made: Stamp = { sources, areTypesChecked: checksTypes, files };
      writeFileSync(join(DIST, STAMP), `${JSON.stringify(made)}\n`);
    } finally {
      rmSync(STAGING, { recursive: true, force: true });
    }
    return { isNew: true };
  });
}

/** For whoever changes dist/ by other means: the next build does not take it for what the sources give. */
export function forgetStamp(): void {
  rmSync(join(DIST, STAMP), { force: true });
}

function readStamp(): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(join(DIST, STAMP), 'utf8')) as Stamp;
  } catch {
    return undefined; // never built, or interrupted while the stamp was written
  }
}

/** Moves what has changed from the staging folder to dist/, and removes what is no longer made. */
function replaceFiles(files: readonly string[]): void {
  for (const file of files) {
    const [from, to] = [join(STAGING, file), join(DIST, file)];
    if (existsSync(to) && readFileSync(from).equals(readFileSync(to))) continue;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  const wanted = new Set(files);
  for (const file of filesBelow(DIST)) if (!wanted.has(file)) rmSync(join(DIST, file));
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}
