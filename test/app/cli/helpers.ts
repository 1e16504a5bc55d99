import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';

export const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const BUILT = join(PROJECT, 'dist');

/** The registry below a home. */
export const databaseOf = (home: string): string => join(home, 'data', 'local', 'onomast.sqlite');

/** Below it are the homes of one file's tests, which run beside each other: it goes when the last has ended. */
const ROOT = mkdtempSync(join(tmpdir(), 'onomast-'));
/** The program without the model that ships with it, so that the tests decide which models there are. */
export const MAIN = installProgram();
const running = new Set<Running>();
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ ended }) => ended));
  rmSync(ROOT, { recursive: true, force: true });
});

/** An empty folder; removed, with all processes that still run, after the last test of the file. */
export function newHome(): string {
  return mkdtempSync(join(ROOT, 'home-'));
}

/** A copy of the built program, with a copy of `models` for its models/; returns its main module. */
export function installProgram(models?: string): string {
  const path = mkdtempSync(join(ROOT, 'program-'));
  cpSync(BUILT, join(path, 'dist'), { recursive: true });
  cpSync(join(PROJECT, 'package.json'), join(path, 'package.json'));
  for (const name of ['node_modules', 'data', 'views']) symlinkSync(join(PROJECT, name), join(path, name));
  if (models !== undefined) cpSync(models, join(path, 'models'), { recursive: true });
  return join(path, 'dist', 'app', 'cli', 'main.js');
}

/** One home for all tests of a file, prepared before them; the function tells where. */
export function sharedHome(prepare: (home: string) => void | Promise<void>, timeoutMs?: number): () => string {
  const home = newHome();
  beforeAll(() => prepare(home), timeoutMs);
  return () => home;
}

export interface RunOptions {
  /** Where models and the registry are, and the working directory; each test has its own. */
  readonly home: string;
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the rights of files bind it even if root runs the tests. */
  readonly isBoundByRights?: boolean;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until stdout and stderr together hold `text`; fails if the process ends without. */
  says(text: string): Promise<void>;
  /** What it said so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  hasEnded(): boolean;
}

/** `onomast …` as a process of its own, until it ends. */
export function onomast(args: readonly string[], options: RunOptions): Promise<Ended> {
  return startOnomast(args, options).ended;
}

/** As {@link onomast}, but to be watched. */
export function startOnomast(args: readonly string[], options: RunOptions): Running {
  return start([MAIN, ...args], options);
}

/** Root without the privileges that let it read and write whatever it likes; it still owns its files and folders. */
const UNPRIVILEGED = [
  'setpriv',
  ...['--inh-caps', '--bounding-set'].map((set) => `${set}=-dac_override,-dac_read_search`),
];

/** Node with these arguments. */
export function start(args: readonly string[], options: RunOptions): Running {
  const { home, input = '', environment = {}, isBoundByRights = false } = options;
  const prefix = isBoundByRights && process.getuid?.() === 0 ? UNPRIVILEGED : [];
  const [command, ...rest] = [...prefix, process.execPath, ...args];
  const child = spawn(command, rest, {
    cwd: home,
    env: { PATH: process.env.PATH, ONOMAST_HOME: home, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let hasEnded = false;
  let changed = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    changed();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    changed();
  });
  child.stdin.on('error', () => {}); // a program that fails does not read its input
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      hasEnded = true;
      changed();
      resolve({ status, signal, stdout, stderr });
    });
  });
  const self: Running = {
    child,
    ended,
    output: () => ({ stdout, stderr }),
    hasEnded: () => hasEnded,
    async says(text) {
      while (!(stdout + stderr).includes(text)) {
        if (hasEnded) throw new Error(`the program ended without saying ${JSON.stringify(text)}:\n${stdout}${stderr}`);
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
  };
  running.add(self);
  return self;
}

/** Status 0 and nothing on stderr; returns stdout. */
export function succeeded({ status, stdout, stderr }: Ended): string {
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** The one line on stderr of a command that failed, with nothing on stdout. */
export function failed(ended: Ended, status: number): string {
  expect(ended).toMatchObject({ status, stdout: '' });
  expect(ended.stderr).toMatch(/^onomast: [^\n]+ \[[a-z0-9_]+\]\n$/);
  return ended.stderr.slice('onomast: '.length, -1);
}

const FIRST = ['Ana', 'Li', 'Kofi', 'Zoe', 'Ravi', 'Mia', 'Omar', 'Ines'];
const LAST = ['Souza', 'Wei', 'Mensah', 'Miller', 'Patel', 'Rossi', 'Haddad', 'Costa'];
const PLACES = ['Oslo', 'Lima', 'Accra', 'Quito', 'Turin'];
const FIRMS = ['Ford', 'Acme', 'Siemens'];

/** Sentences of three patterns, numbered so that no two are alike; every third name is easy to learn. */
export function corpusText(sentences: number, from = 0): string {
  const text: string[] = [];
  for (let i = from; i < from + sentences; i++) {
    const [first, last] = [FIRST[i % 8], LAST[(i * 3 + (i >> 3)) % 8]];
    const patterns = [
      `${first}/B-PER ${last}/I-PER met/O number/O ${i}/O in/O ${PLACES[i % 5]}/B-LOC ./O`,
      `The/O ${i}/O people/O of/O ${FIRMS[i % 3]}/B-ORG slept/O ./O`,
      `Nobody/O saw/O ${last}/B-PER on/O day/O ${i}/O`,
    ];
    text.push(patterns[i % 3].replaceAll('/', '\t').replaceAll(' ', '\n'), '');
  }
  return `${text.join('\n')}\n`;
}

/** Writes `name` below `home`; returns its path. */
export function writeFileBelow(home: string, name: string, content: string | Uint8Array): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

/** `--set` for each setting. */
export function settings(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
}

/** Of all parts that the default network has but pretrained vectors, a few units each: it trains in a fraction of a second. */
export const TINY_NETWORK = {
  vectors: 'none',
  hidden_size: 16,
  word_dimension: 16,
  char_filters: 8,
  char_dimension: 8,
  // Whatever recipe is chosen for a corpus without vectors.
  affix_dimension: 0,
  shape_dimension: 0,
  dropout: 0.5,
  case_augmentation: 0.1,
};

/** Two epochs of {@link TINY_NETWORK}, after which it finds at least one name of thirty sentences, whatever the seed. */
export const SMALL_SETTINGS = {
  ...TINY_NETWORK,
  max_epochs: 2,
  learn_rate: 0.03,
  warmup_steps: 0,
  batch_size: 1,
  weight_average: 0.9,
  dropout: 0.1,
};
export const SMALL = settings(SMALL_SETTINGS);

/** Enough to learn {@link corpusText} by heart. */
export const LEARNS = settings({
  ...TINY_NETWORK,
  shape_dimension: 8,
  max_epochs: 8,
  learn_rate: 0.02,
  warmup_steps: 0,
  batch_size: 8,
});

/** Trains a model that tags {@link corpusText} without a mistake, as `models/tiny`, the active one of `home`. */
export async function trainTiny(home: string): Promise<void> {
  const train = writeFileBelow(home, 'tiny.conll', corpusText(240));
  const dev = writeFileBelow(home, 'tiny-dev.conll', corpusText(30, 300));
  const ended = await onomast(['train', '--train', train, '--dev', dev, '--quiet', ...LEARNS], { home });
  expect(ended).toMatchObject({ status: 0, stderr: '' });
}
