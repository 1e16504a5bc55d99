import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
    onTestFinished(() => server.close(0));
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(server.url)).text()).toBe('done');
  });

  test.each(['0.0.0.0', 'localhost'])('gives an address to visit for %s', async (name) => {
    const server = await startServer({ app: slowApp(0), port: 0, host: name });
    onTestFinished(() => server.close(0));
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
    const server = await startServer({ app: slowApp(100), port: 0, host });
    const begun = fetch(server.url);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const closed = server.close();
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    expect(await (await begun).text()).toBe('done');
    const startMs = performance.now();
    await closed;
    expect(performance.now() - startMs).toBeLessThan(2000);
    await server.close();
  });

  test('does not wait longer than the grace', async () => {
    const server = await startServer({ app: slowApp(60_000), port: 0, host });
    const begun = fetch(server.url).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const startMs = performance.now();
    await server.close(50);
    expect(performance.now() - startMs).toBeLessThan(5000);
    expect(await begun).toBe('fetch failed');
  });
});
