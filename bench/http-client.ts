import { connect, type Socket } from 'node:net';

/** What one round of requests was like. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** By status. */
  readonly p99ByStatus: Readonly<Record<number, number>>;
  /** Answers of 503 without `Retry-After`. */
  readonly unhelpful: number;
  /** Connections that broke. */
  readonly broken: number;
  /** Bytes of the last answer's body. */
  readonly bodyBytes: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** The next request, head and body. */
  next(): Buffer;
}

/**
 * Sends requests on so many connections, on each the next one when the last is answered. It reads no more of an answer than
 * it must: a client on the same machine takes from the server what it needs itself.
 */
export async function load({ port, connections, seconds, next }: LoadOptions): Promise<LoadResult> {
  const byStatus: Record<number, number[]> = {};
  let broken = 0;
  let unhelpful = 0;
  let bodyBytes = 0;
  const startMs = performance.now();
  const untilMs = startMs + seconds * 1000;
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve) => {
          const open = (): void => {
            const socket = connect(port, '127.0.0.1');
            socket.setNoDelay(true);
            let sentMs = 0;
            const send = (): void => {
              if (performance.now() >= untilMs) {
                socket.removeAllListeners('close').destroy();
                resolve();
                return;
              }
              sentMs = performance.now();
              socket.write(next());
            };
            readAnswers(socket, ({ status, bytes, isLast, saysWhen }) => {
              (byStatus[status] ??= []).push(performance.now() - sentMs);
              if (status === 503 && !saysWhen) unhelpful += 1;
              bodyBytes = bytes;
              if (!isLast) send();
              else {
                socket.removeAllListeners('close').destroy();
                open();
              }
            });
            socket.on('connect', send);
            socket.on('error', () => {});
            socket.on('close', () => {
              broken += 1;
              if (performance.now() < untilMs) setTimeout(open, 10);
              else resolve();
            });
          };
          open();
        }),
    ),
  );
  const endMs = performance.now();
  const percentile = (values: readonly number[], share: number): number =>
    values.toSorted((left, right) => left - right)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
  const ofEach = <T>(what: (milliseconds: readonly number[]) => T): Record<number, T> =>
    Object.fromEntries(Object.entries(byStatus).map(([status, values]) => [status, what(values)]));
  const all = Object.values(byStatus).flat();
  return {
    requestsPerSecond: (1000 * all.length) / (endMs - startMs),
    p50Milliseconds: percentile(all, 0.5),
    p99Milliseconds: percentile(all, 0.99),
    statuses: ofEach(({ length }) => length),
    p99ByStatus: ofEach((values) => percentile(values, 0.99)),
    unhelpful,
    broken,
    bodyBytes,
  };
}

/** A request as it goes over the wire. */
export function jsonRequest(path: string, body: unknown): Buffer {
  const bytes = Buffer.from(JSON.stringify(body));
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

interface Answer {
  readonly status: number;
  /** Of its body. */
  readonly bytes: number;
  /** The connection ends with it. */
  readonly isLast: boolean;
  /** It has `Retry-After`. */
  readonly saysWhen: boolean;
}

function readAnswers(socket: Socket, onAnswer: (answer: Answer) => void): void {
  let head = '';
  let missing = -1;
  let answer: Answer = { status: 0, bytes: 0, isLast: false, saysWhen: false };
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    if (missing < 0) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(head);
      const bytes = length === null ? 0 : Number(length[1]);
      const has = (line: RegExp): boolean => line.test(head);
      answer = {
        ...{ status: Number(head.slice(9, 12)), bytes },
        ...{ isLast: has(/\r\nconnection: close/i), saysWhen: has(/\r\nretry-after: \d/i) },
      };
      missing = bytes - (head.length - end - 4);
      rest = chunk.subarray(chunk.length);
      head = '';
    }
    missing -= rest.length;
    if (missing > 0) return;
    missing = -1;
    onAnswer(answer);
  });
}
