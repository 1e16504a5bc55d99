import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, visit } from '../helpers/chromium.js';
import { installPacked } from '../helpers/packed-package.js';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const browser = findChromium();
let folder = '';
beforeAll(() => {
  ({ folder } = installPacked());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The example beside the packed package, and nothing of this project around it. */
function copied(name: string): string {
  const path = join(folder, name);
  cpSync(join(EXAMPLES, name), path, { recursive: true });
  return path;
}

describe('each example, with the package as its tarball has it', () => {
  test.each(names)('%s', (name) => {
    const cwd = copied(name);
    const { stdout, stderr, status } = spawnSync('npm', ['run', '--silent', 'check'], { cwd, encoding: 'utf8' });
    expect([status, stderr, stdout]).toEqual([0, '', `${name}: as expected\n`]);
  });

  test('is in the list, and asks for what is installed', () => {
    const list = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
    const { version, dependencies } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
    );
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) {
      expect(list).toContain(`[${name}](${name}/)`);
      const wanted = JSON.parse(readFileSync(join(EXAMPLES, name, 'package.json'), 'utf8')).dependencies;
      for (const [other, range] of Object.entries(wanted))
        expect(range).toBe(other === 'onomast' ? `^${version}` : dependencies[other]);
    }
  });

  test.skipIf(browser === undefined)('the page tags in a browser', async () => {
    const child = spawn(process.execPath, ['main.js'], {
      cwd: copied('browser-page'),
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const url = await new Promise<string>((resolve) =>
        child.stdout.once('data', (line) => resolve(String(line).trim())),
      );
      const { dom, console: complaints } = await visit(url, { browser: browser! });
      expect(complaints).toEqual([]);
      const items = Array.from(dom.matchAll(/<li>(.*?), \w+, \d+ percent<\/li>/g), ([, name]) => name);
      expect(items).toEqual(['Ada Lovelace', 'José', 'Zürich']);
    } finally {
      child.kill();
    }
  });
});
