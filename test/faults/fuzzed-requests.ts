/**
 * Fuzzed requests over every route and method of a server that runs: `npm run faults -- [requests]`. It fails at the first
 * answer of 500 or more that is not a deliberate 503, at a stack trace, at an end of the server, and when memory grows on.
 * The same seed gives the same requests.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '#base/random.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const requests = Number(process.argv[2] ?? 100_000);
const random = createRandom(Number(process.env.SEED ?? 1));
const CONNECTIONS = 16;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
const PATHS = [
  ...['/', '/api/tag', '/api/hf/token-classification', '/api/models', '/api/openapi.json', '/healthz', '/readyz'],
  ...['/metrics', '/runs', '/runs/r_1', '/session', '/projects', '/api/projects', '/assets/style.css', '/nowhere'],
  ...[
    '/runs/%00',
    '/runs/%E0%A4',
    '/assets/..%2f..%2fpackage.json',
    '/?example=99',
    '/?example=x&model=%00',
    '//',
    '/%',
  ],
];
const TYPES = [
  ...['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded', 'text/plain', ''],
  ...['application/json; charset=utf-16', 'multipart/form-data; boundary=x', 'application/json;'],
];
const HEADERS = [
  ...['Accept: text/html', 'Accept: application/json', 'Accept: */*;q=0', 'Content-Encoding: gzip', 'Expect: nothing'],
  ...[
    'Origin: https://evil.example',
    'Sec-Fetch-Site: cross-site',
    'Authorization: Bearer x',
    'Cookie: onomast_token=%',
  ],
  ...['X-Request-Id: <script>', 'X-Forwarded-For: 1.2.3.4', 'If-None-Match: *', 'Range: bytes=0-1', 'Host: b'],
];
const WORDS = [
  'Ada',
  'José',
  'Zürich',
  '😀',
  '\u0000',
  '\uD800',
  '\u202E',
  '<script>',
  '"',
  "'",
  '\\',
  '((((',
  'a'.repeat(5000),
];

const pick = <T>(values: readonly T[]): T => values[Math.floor(random.next() * values.length)];
const chance = (share: number): boolean => random.next() < share;
const count = (most: number): number => Math.floor(random.next() ** 3 * most);
const text = (): string => Array.from({ length: count(60) }, () => pick(WORDS)).join(pick([' ', '', '\n']));

function value(depth = 0): unknown {
  const simple = [0, -1, 1e308, true, null, '', text(), 'utf8', 'tokens', 'names-en', 'none', 0.5];
  if (depth > 3 || chance(0.6)) return pick(simple);
  if (chance(0.01)) return new Array(100_000).fill(pick([0, '', 'a', null, []]));
  if (chance(0.5)) return Array.from({ length: count(20) }, () => value(depth + 1));
  return Object.fromEntries(
    Array.from({ length: count(8) }, () => [chance(0.5) ? pick(KEYS) : text(), value(depth + 1)]),
  );
}
const KEYS = [
  ...['text', 'texts', 'tokens', 'offset_unit', 'threshold', 'include', 'model', 'inputs', 'parameters', 'memory'],
  ...['ignore_labels', 'aggregation_strategy', 'stride', '__proto__', 'constructor', 'toString'],
];

function body(): Buffer {
  const likely = [
    () => ({ text: text() }),
    () => ({ texts: Array.from({ length: count(40) }, () => (chance(0.9) ? text() : value())) }),
    () => ({ tokens: Array.from({ length: count(200) }, () => (chance(0.9) ? pick(WORDS) : value())) }),
    () => ({ inputs: text(), parameters: value() }),
  ];
  const object = chance(0.5) ? { ...pick(likely)(), ...(chance(0.3) && { [pick(KEYS)]: value() }) } : value();
  const bytes = Buffer.from(chance(0.1) ? `text=${encodeURIComponent('Ada')}&model=` : (JSON.stringify(object) ?? ''));
  if (chance(0.1) && bytes.length > 0)
    bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
  return chance(0.05) ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
}

function request(): Buffer {
  const method = pick(METHODS);
  const bytes = method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : body();
  const lines = [`${method} ${chance(0.02) ? `http://b${pick(PATHS)}` : pick(PATHS)} HTTP/1.1`, 'Host: 127.0.0.1'];
  const type = pick(TYPES);
  if (type !== '') lines.push(`Content-Type: ${chance(0.6) ? 'application/json' : type}`);
  while (chance(0.3)) lines.push(pick(HEADERS));
  lines.push(`Content-Length: ${chance(0.01) ? 1e10 : bytes.length}`, 'Connection: close');
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
}

/** The answer, '' if the connection broke. */
function send(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.setTimeout(60_000, () => socket.destroy());
  });
}

const home = mkdtempSync(join(tmpdir(), 'onomast-faults-'));
const server = spawn(process.execPath, ['dist/app/cli/main.js', 'serve', '--port', '0'], {
  cwd: ROOT,
  env: { ...process.env, ONOMAST_HOME: home },
  stdio: ['ignore', 'ignore', 'pipe'],
});
let said = '';
server.stderr.on('data', (chunk) => {
  said = (said + chunk).slice(-100_000);
});
let hasEnded = false;
server.once('exit', () => {
  hasEnded = true;
});
const residentMegabytes = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

try {
  while (!/:(\d+) \(Ctrl-C/.test(said)) {
    if (hasEnded) throw new Error(`the server ended: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const port = Number(/:(\d+) \(Ctrl-C/.exec(said)![1]);
  const statuses = new Map<string, number>();
  const megabytes: number[] = [];
  let sent = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (sent < requests) {
        sent += 1;
        if (sent % Math.ceil(requests / 20) === 0) megabytes.push(residentMegabytes());
        const bytes = request();
        const answer = await send(port, bytes);
        const status = answer.slice(9, 12);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const isBad = (status >= '500' && status !== '503') || /node_modules|\n\s+at /.test(answer) || hasEnded;
        if (isBad) throw new Error(`${bytes.toString('latin1').slice(0, 500)}\n\n${answer.slice(0, 1000)}\n\n${said}`);
      }
    }),
  );
  const [middle, last] = [megabytes[Math.floor(megabytes.length / 2)], megabytes.at(-1)!];
  if (last > middle * 1.5 + 100) throw new Error(`memory grew from ${middle} to ${last} MB`);
  process.stdout.write(`${sent} requests: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}\n`);
  process.stdout.write(`resident memory, MB: ${megabytes.map((value) => value.toFixed(0)).join(' ')}\n`);
} catch (error) {
  process.stderr.write(`faults: ${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  server.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}
