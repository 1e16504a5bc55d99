import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '#base/random.js';
import { appOfEveryRoute, type Route, routesOf } from '../helpers/every-route.js';
import { type Fault, must, tally } from './fault.js';
import { megabytesOf, newHome, onomast, type ServedProgram, serve } from './program.js';

const CONNECTIONS = 16;
/** Of all requests: sent to a server that asks for tokens. */
const SHARE_WITH_TOKENS = 0.2;
/** Beside the methods of the routes. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
/** Beside the addresses of the routes. */
const ADDRESSES = [
  ...[
    '/assets/style.css',
    '/nowhere',
    '/assets/..%2f..%2fpackage.json',
    '/?example=99',
    '/?example=x&model=%00',
    '//',
    '/%',
  ],
];
/** What stands in the place of a parameter such as `:project`. */
const PARAMETERS = [
  ...['1', '1', '1', '2', '99', '0', '-1', '1e9', 'r_1', 'names-en', 'names-en@0', 'other@1', 'undo', 'train'],
  ...['%00', '%E0%A4', '..%2f..', '__proto__', '%F0%9F%98%80', 'a'.repeat(3000)],
];
const QUERIES = [
  '',
  '',
  '',
  '?project=1',
  '?model=names-en',
  '?after=-1',
  '?format=conll',
  '?format=brat',
  '?example=99',
  '?x[]=1',
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

const KEYS = [
  ...['text', 'texts', 'tokens', 'offset_unit', 'threshold', 'include', 'model', 'inputs', 'parameters', 'memory'],
  ...['ignore_labels', 'aggregation_strategy', 'stride', '__proto__', 'constructor', 'toString'],
  ...['name', 'labels', 'version', 'kind', 'status', 'spans', 'format', 'keep', 'reason', 'force', 'action', 'recipe'],
  ...['token', 'other', 'project', 'document', 'must', 'start', 'end', 'label', 'data', 'tasks', 'threshold', 'file'],
];
const SPANS = [
  ...[
    [],
    [{ start: 0, end: 3, label: 'PER' }],
    [{ start: 4, end: 4, label: 'PER' }],
    [{ start: -1, end: 1e9, label: '' }],
  ],
];

/** Requests of which every other one is nearly right. */
function createRequests(
  random: Random,
  routes: readonly Route[],
  token: string | undefined,
): () => {
  readonly bytes: Buffer;
  readonly route: Route | undefined;
} {
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

  function form(): string {
    const fields = Array.from({ length: count(8) }, () => [
      pick(KEYS),
      chance(0.5) ? text() : String(pick([0, 1, 'PER', 'start'])),
    ]);
    return String(new URLSearchParams(fields));
  }

  function body(isForm: boolean): Buffer {
    const likely = [
      () => ({ text: text() }),
      () => ({ texts: Array.from({ length: count(40) }, () => (chance(0.9) ? text() : value())) }),
      () => ({ tokens: Array.from({ length: count(200) }, () => (chance(0.9) ? pick(WORDS) : value())) }),
      () => ({ inputs: text(), parameters: value() }),
      () => ({ name: text(), labels: [text(), 'PER'] }),
      () => ({ version: count(9), kind: 'mark', status: pick(['draft', 'accepted', text()]), spans: pick(SPANS) }),
      () => ({ text: text(), format: pick(['text', 'jsonl', 'conll', text()]), keep: chance(0.5) }),
      () => ({ version: count(9), reason: text(), force: chance(0.5) }),
    ];
    const object = chance(0.5) ? { ...pick(likely)(), ...(chance(0.3) && { [pick(KEYS)]: value() }) } : value();
    const bytes = Buffer.from(isForm !== chance(0.1) ? form() : (JSON.stringify(object) ?? ''));
    if (chance(0.1) && bytes.length > 0)
      bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
    return chance(0.05) ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
  }

  return () => {
    const route = random.next() < 0.9 ? pick(routes) : undefined;
    const path = route ? route.path.replace(/[:*]\w+/g, () => pick(PARAMETERS)) + pick(QUERIES) : pick(ADDRESSES);
    const method = route && chance(0.8) ? route.method : pick(METHODS);
    const lines = [`${method} ${chance(0.02) ? `http://b${path}` : path} HTTP/1.1`, 'Host: 127.0.0.1'];
    const isPage = route !== undefined && !route.path.startsWith('/api/');
    const bytes = method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : body(isPage);
    const usual = isPage ? 'application/x-www-form-urlencoded' : 'application/json';
    const type = pick(TYPES);
    if (type !== '') lines.push(`Content-Type: ${chance(0.6) ? usual : type}`);
    if (token !== undefined && chance(0.95)) lines.push(`Authorization: Bearer ${token}`);
    while (chance(0.2)) lines.push(pick(HEADERS));
    lines.push(`Content-Length: ${chance(0.01) ? 1e10 : bytes.length}`, 'Connection: close');
    return { bytes: Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]), route };
  };
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

export const fuzzedRequests: Fault = {
  name: 'fuzzed-requests',
  summary: 'random requests to every route: no status from 500 on but a deliberate 503, no stack trace, no growth',
  counted: 'requests',
  full: 100_000,
  async run(count, random) {
    const home = newHome();
    const routes = routesOf(appOfEveryRoute());
    const token = /\b[\w-]{30,}\b/.exec(await onomast(home, 'tokens', 'create', 'fuzz', '--scope', 'admin'))![0];
    const withTokens = Math.ceil(count * SHARE_WITH_TOKENS);
    const open = await fuzz(await serve(home), { routes, count: count - withTokens, random: random.fork('open') });
    const guarded = await fuzz(await serve(home, '--tokens', 'always'), {
      ...{ routes, token, count: withTokens, random: random.fork('tokens') },
    });
    return { routes: routes.length, open, guarded };
  },
};

interface Fuzzing {
  readonly routes: readonly Route[];
  readonly token?: string;
  readonly count: number;
  readonly random: Random;
}

async function fuzz(server: ServedProgram, { routes, token, count, random }: Fuzzing) {
  const requests = createRequests(random, routes, token);
  const { count: note, counts } = tally();
  const asked = new Set<Route>();
  const megabytes: number[] = [];
  let sent = 0;
  await prepareHome(server, token);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (sent < count) {
        sent += 1;
        if (sent % Math.ceil(count / 20) === 0) megabytes.push(Math.round(megabytesOf(server.child)));
        const { bytes, route } = requests();
        if (route) asked.add(route);
        const answer = await send(server.port, bytes);
        const status = answer.slice(9, 12);
        note(status === '' ? 'no answer' : status);
        const isGood =
          !(status >= '500' && status !== '503') && !/node_modules|\n\s+at /.test(answer) && !server.hasEnded;
        must(
          isGood,
          'a bad answer',
          bytes.toString('latin1').slice(0, 500),
          answer.slice(0, 1000),
          server.stderr.slice(-3000),
        );
      }
    }),
  );
  const [middle, last] = [megabytes[Math.floor(megabytes.length / 2)], megabytes.at(-1)!];
  must(last <= middle * 1.5 + 100, 'memory grew', megabytes);
  must(
    count < routes.length * 40 || asked.size === routes.length,
    'a route was never asked',
    routes.filter((one) => !asked.has(one)),
  );
  server.child.kill('SIGTERM');
  const { status } = await server.ended;
  must(status === 0, 'the server did not end well', status, server.stderr.slice(-3000));
  return { statuses: counts, routesAsked: asked.size, megabytes };
}

/** So that some of the addresses hold something. */
async function prepareHome(server: ServedProgram, token: string | undefined): Promise<void> {
  if (token !== undefined) return; // the server before made it
  const { id } = await server.ask<{ id: number }>('POST', '/api/projects', { name: 'Fuzz', labels: ['PER', 'LOC'] });
  const text = 'Ada Lovelace met José in Zürich.\n\nNobody came.';
  await server.ask('POST', `/api/projects/${id}/uploads`, { text, format: 'text', keep: true });
  await delay(1);
}
