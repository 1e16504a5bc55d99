import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--enable-logging=stderr',
];

/** The browser, or `undefined` where there is none; a continuous integration must have one. */
export function findChromium(): string | undefined {
  const path = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  if (process.env.CI) throw new Error(`no browser at ${path}; set CHROMIUM`);
  return undefined;
}

export interface VisitOptions {
  readonly browser: string;
  readonly scheme?: 'light' | 'dark';
}

/** The document once its scripts have come to rest, and what the browser complained about on its console. */
export async function visit(url: string, options: VisitOptions): Promise<{ dom: string; console: readonly string[] }> {
  const { browser, scheme = 'light' } = options;
  const profile = mkdtempSync(join(tmpdir(), 'onomast-browser-'));
  const settings = `preferredColorScheme=${scheme === 'dark' ? 0 : 1}`;
  const page = ['--window-size=1100,900', `--blink-settings=${settings}`, '--virtual-time-budget=10000', '--dump-dom'];
  try {
    const { stdout, stderr } = await run(browser, [...FLAGS, `--user-data-dir=${profile}`, ...page, url]);
    return { dom: stdout, console: stderr.split('\n').filter((line) => /:CONSOLE[:(]/.test(line)) };
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function run(command: string, parameters: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`${command} ended with ${code}:\n${stderr.slice(-2000)}`));
    });
  });
}
