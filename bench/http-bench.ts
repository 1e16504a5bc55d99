import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonRequest, type LoadOptions, type LoadResult, load } from './http-client.js';
import { median } from './median.js';
import { type ProcessorTime, processorTime } from './processor-time.js';
import { type Started, started } from './started.js';

export interface HttpBench {
  readonly connections: number;
  readonly rounds: readonly { readonly onomast: Measured; readonly bare: Measured; readonly ratio: number }[];
  /** Of requests a second to those of a bare route, in the median of rounds. */
  readonly ratio: number;
}

/** Requests a second depend on who else computes on the machine; microseconds of processor time a request hardly do. */
interface Measured extends LoadResult {
  readonly microseconds: ProcessorTime | undefined;
}

const CONNECTIONS = 64;

/**
 * Requests a second of `POST /api/tag` for texts of twenty words, beside an Express route that parses the same JSON and
 * answers a body of the same size: in turns, for the machine may be busy.
 */
export async function benchHttp({ rounds, seconds }: { rounds: number; seconds: number }): Promise<HttpBench> {
  const home = mkdtempSync(join(tmpdir(), 'onomast-http-bench-'));
  const server = await started(['dist/app/cli/main.js', 'serve', '--port', '0'], {
    pattern: /127\.0\.0\.1:(\d+)/,
    home,
  });
  let bare: Started | undefined;
  try {
    const warmUp = await load({ port: server.port, connections: CONNECTIONS, seconds: 2, next: nextRequest() });
    bare = await started(['dist-bench/bare-express.js', String(warmUp.bodyBytes)], { pattern: /^(\d+)$/m, home });
    await load({ port: bare.port, connections: CONNECTIONS, seconds: 1, next: nextRequest() });
    const measured: HttpBench['rounds'][number][] = [];
    for (let round = 0; round < rounds; round++) {
      const options = { connections: CONNECTIONS, seconds, next: nextRequest() };
      const own = await measure(server, options);
      const other = await measure(bare, options);
      measured.push({ onomast: own, bare: other, ratio: own.requestsPerSecond / other.requestsPerSecond });
    }
    return { connections: CONNECTIONS, rounds: measured, ratio: median(measured.map(({ ratio }) => ratio)) };
  } finally {
    server.child.kill();
    bare?.child.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure({ child, port }: Started, options: Omit<LoadOptions, 'port'>): Promise<Measured> {
  const before = processorTime(child.pid!);
  const result = await load({ port, ...options });
  const after = processorTime(child.pid!);
  const requests = Object.values(result.statuses).reduce((sum, count) => sum + count, 0);
  const each = (part: keyof ProcessorTime): number => Math.round((after![part] - before![part]) / requests);
  return { ...result, microseconds: before && after && { main: each('main'), allThreads: each('allThreads') } };
}

/** Texts of twenty words in ever other order, so that no answer can be remembered. */
function nextRequest(): () => Buffer {
  const words =
    'Ada Lovelace met José Martínez at the University of Zürich before she flew home to London with Nokia engineers today'.split(
      ' ',
    );
  let turn = 0;
  return () => {
    turn = (turn + 1) % (words.length * words.length);
    const from = turn % words.length;
    const rotated = [...words.slice(from), ...words.slice(0, from)];
    const at = Math.floor(turn / words.length);
    [rotated[0], rotated[at]] = [rotated[at], rotated[0]];
    return jsonRequest('/api/tag', { text: `${rotated.join(' ')}.` });
  };
}
