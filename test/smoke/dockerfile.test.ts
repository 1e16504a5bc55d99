import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newDirectory, PROJECT } from './helpers.js';

/** An instruction and what follows it; continued lines are one. */
interface Step {
  readonly instruction: string;
  readonly rest: string;
}

function stepsOf(path: string): Step[] {
  return readFileSync(path, 'utf8')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, instruction, rest] = /^\s*(\w+)\s+(.*)$/.exec(line)!;
      return { instruction, rest: rest.trim().replace(/\s+/g, ' ') };
    });
}

/** What `COPY . .` takes: the files of the project that git knows, without those of .dockerignore. */
function contextFiles(): string[] {
  const ignored = readFileSync(join(PROJECT, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  const isUnder = (file: string, path: string): boolean => {
    const pattern = path.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
    return new RegExp(`^${pattern}(?:/|$)`).test(file);
  };
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  return listed
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(PROJECT, file)))
    .filter(
      (file) =>
        !ignored.some((path) => !path.startsWith('!') && isUnder(file, path)) ||
        ignored.some((path) => path.startsWith('!') && isUnder(file, path.slice(1))),
    );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the steps of the Dockerfile, each stage in an empty folder, give a server that is healthy', async ({ skip }) => {
  const folder = newDirectory();
  const stages: { root: string; directory: string; environment: Record<string, string> }[] = [];
  const names = new Map<string, string>();
  const commands: Record<string, readonly string[]> = {};
  for (const { instruction, rest } of stepsOf(join(PROJECT, 'Dockerfile'))) {
    const stage = stages.at(-1)!;
    /** A path of the image, in the folder of its stage. */
    const inStage = (path: string): string =>
      join(stage.root, path.startsWith('/') ? path : join(stage.directory, path));
    switch (instruction) {
      case 'FROM': {
        const root = join(folder, `stage-${stages.length}`);
        mkdirSync(root);
        stages.push({ root, directory: '/', environment: {} });
        const name = / AS (\w+)$/i.exec(rest)?.[1];
        if (name !== undefined) names.set(name, root);
        break;
      }
      case 'WORKDIR':
        stage.directory = rest;
        mkdirSync(inStage(rest), { recursive: true });
        break;
      case 'ENV':
        for (const pair of rest.split(' ')) stage.environment[pair.split('=')[0]] = pair.slice(pair.indexOf('=') + 1);
        break;
      case 'COPY': {
        const from = names.get(/--from=(\w+)/.exec(rest)?.[1] ?? '');
        const paths = rest.split(' ').filter((word) => !word.startsWith('--'));
        const target = paths.pop()!;
        if (from === undefined) {
          expect(paths).toEqual(['.']);
          for (const file of contextFiles()) {
            mkdirSync(dirname(inStage(file)), { recursive: true });
            cpSync(join(PROJECT, file), inStage(file));
          }
          break;
        }
        for (const path of paths) {
          const source = join(from, path);
          expect(existsSync(source), `${path} is copied from the stage before`).toBe(true);
          cpSync(source, target.endsWith('/') ? join(inStage(target), path.split('/').at(-1)!) : inStage(target), {
            recursive: true,
            verbatimSymlinks: true,
          });
        }
        break;
      }
      case 'RUN': {
        if (rest.startsWith('apt-get')) break; // a compiler, which stands on whatever runs this test
        const script = rest.replaceAll(/&& chown \S+ \S+/g, '').replaceAll('/home/', `${stage.root}/home/`);
        const { NODE_ENV: _ofVitest, ...environment } = process.env;
        const { status, stderr, stdout } = spawnSync('sh', ['-c', script], {
          cwd: inStage('.'),
          env: { ...environment, ...stage.environment },
          encoding: 'utf8',
        });
        if (/ENOTFOUND|EAI_AGAIN|ENETUNREACH|ECONNREFUSED/.test(stderr)) skip('npm reaches no registry');
        expect({ status, output: status === 0 ? '' : (stdout + stderr).slice(-3000) }).toEqual({
          status: 0,
          output: '',
        });
        break;
      }
      case 'CMD':
        commands.CMD = JSON.parse(rest);
        break;
      case 'HEALTHCHECK':
        commands.HEALTHCHECK = JSON.parse(rest.slice(rest.indexOf('[')));
        break;
      case 'USER':
      case 'VOLUME':
      case 'EXPOSE':
        break; // of the container alone
      default:
        throw new Error(`the test knows no ${instruction}`);
    }
    if (stages.length === 2 && instruction === 'FROM') expect(readdirSync(stages[1].root)).toEqual([]);
  }
  const [build, image] = stages;
  const app = join(image.root, image.directory);
  rmSync(build.root, { recursive: true }); // what runs must need nothing of it
  expect(readdirSync(app).sort()).toEqual([
    'LICENSE',
    'README.md',
    'data',
    'dist',
    'models',
    'node_modules',
    'package.json',
    'views',
  ]);
  for (const name of ['bullmq', 'ioredis', 'libphonenumber-js', 'express'])
    expect(existsSync(join(app, 'node_modules', name)), name).toBe(true);
  for (const name of ['typescript', 'vitest', 'onnxruntime-web'])
    expect(existsSync(join(app, 'node_modules', name)), name).toBe(false);

  const port = await freePort();
  const environment = {
    PATH: process.env.PATH,
    ...image.environment,
    PORT: String(port),
    ONOMAST_HOME: join(image.root, image.environment.ONOMAST_HOME),
  };
  const inImage = (command: readonly string[]) =>
    spawnSync(command[0], command.slice(1), { cwd: app, env: environment, encoding: 'utf8' });
  const start = (): ChildProcess => {
    const child = spawn(commands.CMD[0], commands.CMD.slice(1), { cwd: app, env: environment, stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  // As the head of the Dockerfile has it: a token first, for others reach the server of a container.
  const without = start();
  expect(await new Promise((resolve) => without.once('exit', resolve))).toBe(2);
  const [, create] = /docker run .* onomast (node .* tokens create \S+)$/m.exec(
    readFileSync(join(PROJECT, 'Dockerfile'), 'utf8'),
  )!;
  const token = /\b[\w-]{30,}\b/.exec(inImage(create.split(' ')).stdout)?.[0];
  const server = start();
  for (let tries = 0; inImage(commands.HEALTHCHECK).status !== 0; tries++) {
    expect(server.exitCode, 'the server lives').toBeNull();
    expect(tries).toBeLessThan(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const answer = await fetch(`http://127.0.0.1:${port}/api/tag`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ text: 'Ada Lovelace met José in Zürich.' }),
  });
  expect((await answer.json()).entities.map(({ text }: { text: string }) => text)).toEqual([
    'Ada Lovelace',
    'José',
    'Zürich',
  ]);
  server.kill('SIGTERM');
  expect(await new Promise((resolve) => server.once('exit', resolve))).toBe(0);
  expect(inImage(commands.HEALTHCHECK).status).toBe(1);
});
