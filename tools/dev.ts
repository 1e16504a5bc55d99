/**
 * `npm run dev -- [options of serve]`: serves the page, and after every change of src/ or views/ compiles what changed and
 * starts the server anew. Types are not checked here (`npm run typecheck`), so that an answer takes less than two seconds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';
import { build, forgetStamp } from './build/build.js';
import { bundleClient } from './build/client.js';
import { compileKernels } from './build/kernels.js';
import { PROJECT } from './build/paths.js';

const MAIN = join(PROJECT, 'dist/app/cli/main.js');
const KERNELS = join(PROJECT, 'dist/engine/kernels/simd');
const READY = '(Ctrl-C ends it)';
/** An editor may write a file in several steps, and several files at once. */
const SETTLE_MS = 40;
/** A server that is busy is not waited for longer. */
const PATIENCE_MS = 300;

const serveOptions = process.argv.slice(2);
const changed = new Set<string>();
let server: ChildProcess | undefined;
let timer: NodeJS.Timeout | undefined;
let turn: Promise<void> = Promise.resolve();

say('building');
await build({ checksTypes: false });
start(performance.now());
for (const folder of ['src', 'views']) {
  watch(join(PROJECT, folder), { recursive: true }, (_, name) => {
    if (name === null) return;
    changed.add(join(folder, name.toString()));
    clearTimeout(timer);
    timer = setTimeout(() => {
      turn = turn.then(update);
    }, SETTLE_MS);
  });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server?.kill(signal);
    process.exit(0);
  });
}

async function update(): Promise<void> {
  const begin = performance.now();
  const files = [...changed];
  changed.clear();
  if (files.length === 0) return;
  try {
    await Promise.all(files.map(compile));
    if (files.some((file) => file.endsWith('.ts')))
      await bundleClient({ kernels: join(KERNELS, 'simd-unshared.wasm'), output: join(PROJECT, 'dist/assets') });
  } catch (error) {
    say((error as Error).message); // the server of before goes on
    return;
  }
  await stop();
  start(begin);
}

/** As tsc would, but for one file and without looking at types. */
async function compile(file: string): Promise<void> {
  if (!file.startsWith('src/') || !file.endsWith('.ts')) return;
  forgetStamp(); // so that tests and `npm run build` make dist/ anew
  if (file.includes('/assembly/')) return compileKernels({ known: KERNELS, output: KERNELS });
  if (file.startsWith('src/app/browser/')) return; // it is bundled
  const output = join(PROJECT, file.replace(/^src/, 'dist').replace(/\.ts$/, '.js'));
  const source = await readFile(join(PROJECT, file), 'utf8').catch(() => undefined);
  if (source === undefined) return rm(output, { force: true });
  const up = '../'.repeat(file.split('/').length - 1);
  const { code } = await transform(source, {
    loader: 'ts',
    target: 'es2023',
    sourcefile: `${up}${file}`,
    sourcemap: 'inline',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  await mkdir(dirname(output), { recursive: true });
  await writeFile(`${output}.new`, code);
  await rename(`${output}.new`, output);
}

function start(begin: number): void {
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN, 'serve', ...serveOptions], {
    cwd: PROJECT,
    env: { ...process.env, ONOMAST_DEBUG: process.env.ONOMAST_DEBUG ?? '1' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    if (text.includes(READY)) say(`answers after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  });
  child.on('exit', (status) => {
    if (child === server && status !== 0) say(`the server ended with ${status}; waiting for a change`);
  });
  server = child;
}

async function stop(): Promise<void> {
  const child = server;
  server = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(impatience);
}

function say(text: string): void {
  process.stderr.write(`dev: ${text}\n`);
}
