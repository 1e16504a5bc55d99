import { jsonRequest, type LoadResult, load } from '../../bench/http-client.js';
import { type Fault, must } from './fault.js';
import { megabytesOf, newHome, type ServedProgram, serve } from './program.js';
import { randomText } from './random-text.js';

/** As many as the server tags or lets wait, ten times. */
const TOO_MANY = 2560;
/** In which it must answer as if nothing had been. */
const RECOVERED_MS = 2000;
/** Beside the threads' share that `--memory` divides: Node itself, the pages, and sockets. */
const BESIDE_MEGABYTES = 400;
const MEMORY_MEGABYTES = 1024;

/** In turn: an ordinary load, ten times too much, what comes after it, and short texts beside the longest. */
export const overload: Fault = {
  name: 'overload',
  summary: 'ten times as many requests as are taken: 503 with Retry-After, bounded memory, then as before',
  counted: 'seconds',
  full: 60,
  async run(seconds, random) {
    const server = await serve(newHome(), '--memory', String(MEMORY_MEGABYTES));
    await server.says(/Tagging in/);
    const text = randomText(random);
    const short = (): Buffer => jsonRequest('/api/tag', { text: text(20) });
    const on = (connections: number, duration: number, next = short): Promise<LoadResult> =>
      load({ port: server.port, connections, seconds: duration, next });
    await on(8, 1);

    const ordinary = await on(64, seconds);
    mustOnly(ordinary, [200], 'an ordinary load');
    const tooMuch = await on(TOO_MANY, Math.min(20, seconds));
    mustOnly(tooMuch, [200, 503], 'ten times overload');
    must(tooMuch.unhelpful === 0, 'a 503 has no Retry-After', tooMuch);
    const recoveredMs = await recovery(server, () => on(16, 0.25));
    const mostMegabytes = Math.round(megabytesOf(server.child, 'VmHWM'));
    must(mostMegabytes < MEMORY_MEGABYTES + BESIDE_MEGABYTES, 'too much memory', mostMegabytes);

    const longest = jsonRequest('/api/tag', { text: text(1_000_000 / 7).slice(0, 999_000) });
    const [long, beside] = await Promise.all([
      on(2, Math.min(20, seconds), () => longest),
      on(2, Math.min(20, seconds)),
    ]);
    mustOnly(long, [200], 'texts of a megabyte');
    mustOnly(beside, [200], 'short texts beside them');
    server.child.kill('SIGTERM');
    must((await server.ended).status === 0, 'the server did not end well', server.stderr.slice(-2000));
    return {
      ordinary: figures(ordinary),
      overload: { ...figures(tooMuch), p99MsOf503: Math.round(tooMuch.p99ByStatus[503] ?? Number.NaN), mostMegabytes },
      recoveredMs,
      longTexts: figures(long),
      shortBesideLong: figures(beside),
    };
  },
};

const figures = ({ requestsPerSecond, p50Milliseconds, p99Milliseconds, statuses, broken }: LoadResult) => ({
  ...{ requestsPerSecond: Math.round(requestsPerSecond), p50Ms: Math.round(p50Milliseconds) },
  ...{ p99Ms: Math.round(p99Milliseconds), statuses, broken },
});

function mustOnly(result: LoadResult, statuses: readonly number[], what: string): void {
  const others = Object.keys(result.statuses).filter((status) => !statuses.includes(Number(status)));
  must(others.length === 0 && result.broken === 0, `${what}: a request failed`, figures(result));
}

/** Milliseconds until every request of a quarter of a second is answered again. */
async function recovery(server: ServedProgram, quarter: () => Promise<LoadResult>): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const beganMs = performance.now() - startMs;
    must(beganMs <= RECOVERED_MS && !server.hasEnded, 'it does not recover', server.stderr.slice(-2000));
    const { statuses, broken } = await quarter();
    if (broken === 0 && Object.keys(statuses).join() === '200') return Math.round(beganMs);
  }
}
