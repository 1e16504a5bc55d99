import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/app/cli/main.js', import.meta.url));

const homes = new Set<string>();
const children = new Set<ChildProcess>();
// Whatever a script throws, nothing it began outlives it.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** An empty folder, removed when this process ends. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'onomast-faults-'));
  homes.add(home);
  return home;
}

/** For scripts that need very many. */
export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
  homes.delete(home);
}

export const databaseOf = (home: string): string => join(home, 'data', 'local', 'onomast.sqlite');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `onomast …` as a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly hasEnded: boolean;
  /** Waits until it has said this; throws if it ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** The last that it wrote to stderr. */
  readonly stderr: string;
}

export function startProgram(home: string, args: readonly string[]): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, ONOMAST_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const said = { stdout: '', stderr: '' };
  let hasEnded = false;
  let changed = (): void => {};
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] = (said[stream] + text).slice(-1_000_000);
      changed();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      hasEnded = true;
      children.delete(child);
      changed();
      resolve({ status, ...said });
    });
  });
  return {
    child,
    ended,
    get hasEnded() {
      return hasEnded;
    },
    get stderr() {
      return said.stderr;
    },
    async says(pattern) {
      for (;;) {
        const match = pattern.exec(said.stdout) ?? pattern.exec(said.stderr);
        if (match) return match;
        if (hasEnded)
          throw new Error(`onomast ${args.join(' ')} ended without ${pattern}:\n${said.stdout}${said.stderr}`);
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
  };
}

/** `onomast …` until it ends; what it wrote to stdout. */
export async function onomast(home: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await startProgram(home, args).ended;
  if (status !== 0) throw new Error(`onomast ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** Kills it, unless it ends by itself before that. */
export async function killAfter(program: Program, ms: number): Promise<Ended> {
  await Promise.race([delay(ms), program.ended]);
  program.child.kill('SIGKILL');
  return program.ended;
}

export interface ServedProgram extends Program {
  readonly port: number;
  readonly url: string;
  /** Sends JSON, expects JSON; throws for every status from 400 on. */
  ask<T = unknown>(method: string, path: string, body?: object): Promise<T>;
}

/** `onomast serve` on a free port of this machine alone; comes back when it answers. */
export async function serve(home: string, ...args: string[]): Promise<ServedProgram> {
  const program = startProgram(home, ['serve', '--port', '0', ...args]);
  const port = Number((await program.says(/http:\/\/127\.0\.0\.1:(\d+) \(Ctrl-C/))[1]);
  const url = `http://127.0.0.1:${port}`;
  const own = {
    port,
    url,
    async ask<T>(method: string, path: string, body?: object): Promise<T> {
      const response = await fetch(url + path, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(program)) as ServedProgram;
}

/** Resident megabytes of a process now; its most ever with `VmHWM`. */
export function megabytesOf({ pid }: ChildProcess, what: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024;
}
