import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(PROJECT, 'node_modules');

export interface PackedPackage {
  /** A folder whose `node_modules` holds the package as its tarball has it, and its dependencies; the caller removes it. */
  readonly folder: string;
  /** Of the tarball. */
  readonly bytes: number;
}

/**
 * The package as npm would publish and install it, with or without a network: its dependencies are those that are installed
 * here, so nothing is fetched.
 */
export function installPacked(): PackedPackage {
  const folder = mkdtempSync(join(tmpdir(), 'onomast-packed-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: PROJECT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [{ filename, size }] = JSON.parse(packed) as [{ filename: string; size: number }];
  const target = join(folder, 'node_modules', 'onomast');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1']);
  for (const name of readdirSync(MODULES)) {
    if (!name.startsWith('.')) symlinkSync(join(MODULES, name), join(folder, 'node_modules', name));
  }
  return { folder, bytes: size };
}
