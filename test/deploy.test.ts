import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const isThere = (path: string): boolean => existsSync(fileURLToPath(new URL(`../${path}`, import.meta.url)));
/** Made by the build, or by npm, in the image itself. */
const MADE = ['dist', 'node_modules'];

describe('Dockerfile', () => {
  const lines = read('Dockerfile')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const argumentsOf = (instruction: string): string[] =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

  test('has nothing that a linter complains of', () => {
    expect(validate(read('Dockerfile'))).toEqual([]);
    expect(validate('FROM node\nCOPY a\n')).toHaveLength(1);
  });

  test('everything that is copied into the image is there or made', () => {
    const sources = argumentsOf('COPY')
      .filter((line) => line.includes('--from=build'))
      .flatMap((line) =>
        line
          .split(' ')
          .filter((word) => !word.startsWith('--'))
          .slice(0, -1),
      )
      .map((path) => path.replace('/app/', ''));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((path) => !MADE.includes(path) && !isThere(path))).toEqual([]);
  });

  test('nothing that the build needs is kept from it', () => {
    const ignored = read('.dockerignore').split('\n');
    const needed = ['package.json', 'package-lock.json', 'tsconfig.json', 'src', 'tools', 'views', 'data', 'models'];
    expect(needed.filter((path) => ignored.includes(path))).toEqual([]);
  });

  test('runs the server itself as a user without rights, on a version of Node that this program takes', () => {
    const { bin, engines } = JSON.parse(read('package.json'));
    expect(JSON.parse(argumentsOf('CMD')[0])).toEqual(['node', bin.onomast, 'serve']);
    expect(argumentsOf('USER')).toEqual(['node']);
    const [, minimum] = /(\d+)/.exec(engines.node)!;
    for (const from of argumentsOf('FROM'))
      expect(Number(/node:(\d+)/.exec(from)?.[1])).toBeGreaterThanOrEqual(Number(minimum));
  });
});

describe('deploy/', () => {
  test('the service and the compose file start verbs that exist', () => {
    const program = JSON.parse(read('package.json')).bin.onomast as string;
    expect(read('deploy/onomast.service')).toContain(`/opt/onomast/${program} serve`);
    expect(read('deploy/compose.yaml')).toContain(`[node, ${program}, worker, --queue,`);
    for (const verb of ['serve', 'worker']) expect(isThere(`src/app/cli/commands/${verb}.ts`)).toBe(true);
  });
});
