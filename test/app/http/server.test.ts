import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '#app/http/server.js';
import { AppError } from '#base/errors.js';

const host = '127.0.0.1';

function slowApp(ms: number) {
  const app = express();
  app.get('/', (_request, response) => void setTimeout(() => response.send('done'), ms));
  return app;
}

async function errorOf(options: { port?: number; host?: string }): Promise<AppError> {
  try {
    const server = await startServer({ app: express(), port: 0, host, ...options });
    await server.close(0);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('expected an AppError, but the server started');
}

describe('startServer', () => {
  test('listens where it says', async () => {
    const server = await startServer({ app: slowApp(0), port: 0, host });
    onTestFinished(async () => void (await server.close(0)));
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(server.url)).text()).toBe('done');
  });

  test.each(['0.0.0.0', 'localhost'])('gives an address to visit for %s', async (name) => {
    const server = await startServer({ app: slowApp(0), port: 0, host: name });
    onTestFinished(async () => void (await server.close(0)));
    expect(server.url).toMatch(/^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d+$/);
    expect((await fetch(server.url)).status).toBe(200);
  });

  test('says when the port is taken', async () => {
    const other: Server = createServer();
    await new Promise<void>((resolve) => other.listen(0, host, resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const error = await errorOf({ port });
    expect(error.code).toBe('port_in_use');
    expect(error.message).toBe(
      `serve: port ${port} of 127.0.0.1 is in use already; choose another, or 0 for any free one`,
    );
  });

  test.each([
    [{ port: -1 }, 'serve: "port" must be a whole number from 0 to 65535, found -1'],
    [{ port: 65_536 }, 'serve: "port" must be a whole number from 0 to 65535, found 65536'],
    [{ port: 80.5 }, 'serve: "port" must be a whole number from 0 to 65535, found 80.5'],
    [{ port: Number.NaN }, 'serve: "port" must be a whole number from 0 to 65535, found NaN'],
    [{ host: '' }, 'serve: "host" must name an address, found ""'],
    [{ host: '192.0.2.1' }, 'serve: "host" must be an address of this machine, found "192.0.2.1"'],
    [
      { host: 'no.such.host.invalid' },
      'serve: "host" must be an address of this machine, found "no.such.host.invalid"',
    ],
  ])('refuses %j', async (options, message) => {
    const error = await errorOf(options);
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(message);
  });

  test('answers what has begun before it closes, and nothing after', async () => {
    const server = await startServer({ app: slowApp(1500), port: 0, host });
    const begun = fetch(server.url);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const closed = server.close();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    expect(await (await begun).text()).toBe('done');
    const startMs = performance.now();
    await closed;
    expect(performance.now() - startMs).toBeLessThan(2000);
    await server.close();
  });

  test('a long answer is sent to its end, though its reader is slow', async () => {
    const size = 9 * 2 ** 20;
    const app = express().get('/', (_request, response) => void response.send(Buffer.alloc(size)));
    const server = await startServer({ app, port: 0, host });
    const socket = connect(Number(new URL(server.url).port), host);
    onTestFinished(() => void socket.destroy());
    let received = 0;
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.on('data', (chunk) => {
      received += chunk.length;
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    });
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await server.close(60_000)).toBe(0);
    await ended;
    expect(received).toBeGreaterThan(size);
  });

  test('a request of a moment ago is answered, also on a connection that was idle', async () => {
    const server = await startServer({ app: slowApp(20), port: 0, host });
    const port = Number(new URL(server.url).port);
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const socket = connect(port, host);
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk.toString();
        });
        await once(socket, 'connect');
        return { socket, answerOf: once(socket, 'close').then(() => answer) };
      }),
    );
    const closed = server.close();
    for (const { socket } of answers) socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    for (const { answerOf } of answers) expect(await answerOf).toMatch(/^HTTP\/1\.1 200 .*Connection: close.*done$/s);
    expect(await closed).toBe(0);
  });

  test('does not wait longer than the grace', async () => {
    const server = await startServer({ app: slowApp(60_000), port: 0, host });
    const begun = fetch(server.url).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const startMs = performance.now();
    expect(await server.close(50)).toBe(1);
    expect(performance.now() - startMs).toBeLessThan(5000);
    expect(await begun).toBe('fetch failed');
  });
});
