import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parseJson } from '#app/http/guards/body.js';
import { startTestApp, type TestApp } from '../../../helpers/test-app.js';
import { thrownBy } from '../../../helpers/thrown-by.js';

/** Writes the head of a request and `write` more; what the server answered until it closed, and when. */
function raw(
  app: TestApp,
  { head, body = '', more }: { head: readonly string[]; body?: string; more?: (write: (text: string) => void) => void },
): Promise<{ status: number; ms: number; sent: number }> {
  const startMs = performance.now();
  return new Promise((resolve) => {
    let answer = '';
    let ms = Number.NaN;
    const lines = ['POST /api/tag HTTP/1.1', 'Host: a', 'Content-Type: application/json', ...head];
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => {
      socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
      more?.((text) => void (socket.writable && socket.write(text)));
    });
    socket.on('data', (chunk) => {
      if (answer === '') ms = performance.now() - startMs;
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ status: Number(answer.slice(9, 12)), ms, sent: socket.bytesWritten }));
  });
}

describe('a body', () => {
  test('of ten gigabytes is refused before it is sent, and the connection ends', async () => {
    const { status, ms, sent } = await raw(await startTestApp(), {
      head: ['Content-Length: 10000000000'],
      more(write) {
        const block = 'x'.repeat(2 ** 16);
        const timer = setInterval(() => write(block), 1);
        setTimeout(() => clearInterval(timer), 3000);
      },
    });
    expect(status).toBe(413);
    expect(ms).toBeLessThan(2000);
    expect(sent).toBeLessThan(2 ** 26);
  });

  test('in pieces is refused when they are too many', async () => {
    const app = await startTestApp({ limits: { bodyBytes: 100 } });
    const piece = `64\r\n${'x'.repeat(100)}\r\n`;
    expect((await raw(app, { head: ['Transfer-Encoding: chunked'], body: piece + piece })).status).toBe(413);
  });

  test('that dribbles is given up, and takes no place from others meanwhile', async () => {
    const app = await startTestApp({ limits: { bodyMs: 1500, requestsAtOnce: 1 } });
    const slow = Array.from({ length: 8 }, () => raw(app, { head: ['Content-Length: 1000'], body: '{"text":' }));
    expect((await app.postJson('/api/tag', { text: 'Ada' })).status).toBe(200);
    for (const answer of slow) expect((await answer).status).toBe(408);
  });

  test('beyond the memory of all is refused, and its memory given back', async () => {
    const app = await startTestApp({ limits: { bytesAtOnce: 3000 } });
    const refused = await app.postJson('/api/tag', { text: 'a'.repeat(4000) });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'overloaded' });
    for (let i = 0; i < 5; i++) {
      expect((await app.postJson('/api/tag', { text: 'a'.repeat(1000) })).status).toBe(200);
    }
  });
});

describe('a client that does not read', () => {
  test('keeps no place, and is cut off in time', async () => {
    const app = await startTestApp({ limits: { requestsAtOnce: 2, readingMs: 1000 } });
    const body = JSON.stringify({ text: 'Ada '.repeat(200_000), include: ['tokens'] });
    const ends = Array.from({ length: 4 }, () => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => {
        socket.write(
          `POST /api/tag HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      });
      socket.pause();
      socket.on('error', () => {});
      return { socket, closed: new Promise((resolve) => socket.once('close', resolve)) };
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (;;) {
      const { status } = await app.postJson('/api/tag', { text: 'Ada' });
      if (status === 200) break;
      expect(status).toBe(503);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await new Promise((resolve) => setTimeout(resolve, 3000));
    for (const { socket } of ends) socket.resume();
    await Promise.all(ends.map(({ closed }) => closed));
  });
});

describe('parseJson', () => {
  const filler = ' '.repeat(2 ** 17);

  test('counts the values of a large body before it is parsed', () => {
    const many = Buffer.from(`{"text":"x","include":[${'0,'.repeat(2_000_000)}0]}`);
    const startMs = performance.now();
    expect(thrownBy(() => parseJson(many, 300_000))).toMatchObject({
      code: 'too_many_items',
      details: { limit: 300_000 },
    });
    expect(performance.now() - startMs).toBeLessThan(500);
    const deep = Buffer.from('['.repeat(2_000_000));
    expect(thrownBy(() => parseJson(deep, 300_000))).toMatchObject({ code: 'too_many_items' });
  });

  test('what stands within texts is no value', () => {
    const text = '[,{"\\'.repeat(100_000);
    expect(parseJson(Buffer.from(JSON.stringify({ text })), 10)).toEqual({ text });
    expect(parseJson(Buffer.from(`${filler}[1,2,3]`), 3)).toEqual([1, 2, 3]);
    expect(thrownBy(() => parseJson(Buffer.from(`${filler}[1,2,3,4]`), 3))).toMatchObject({ code: 'too_many_items' });
  });

  test.each([
    ['nothing', '', {}],
    ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
  ])('takes %s', (_name, text, value) => {
    expect(parseJson(Buffer.from(text), 10)).toEqual(value);
  });
});
