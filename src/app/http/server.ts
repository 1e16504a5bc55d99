import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { AppError, messageOf } from '#base/errors.js';

export interface RunningServer {
  /** Where a browser on this machine finds it: `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Answers what has begun, for at most `graceMs` (5000 unless told), then closes. May be called twice. */
  close(graceMs?: number): Promise<void>;
}

export interface ServerOptions {
  readonly app: Express;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
}

/** @throws {AppError} `port_in_use`, or `invalid_argument` for a port or host that this machine does not give. */
export async function startServer({ app, port, host }: ServerOptions): Promise<RunningServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AppError('invalid_argument', `serve: "port" must be a whole number from 0 to 65535, found ${port}`);
  }
  if (host === '') throw new AppError('invalid_argument', 'serve: "host" must name an address, found ""');
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(translate(error, { port, host })));
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve);
  });

  let closing: Promise<void> | undefined;
  return {
    url: urlOf(server.address() as AddressInfo),
    close(graceMs = 5000) {
      closing ??= new Promise((resolve) => {
        const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
        // A connection that has just answered would be kept open for the client's next request.
        const sweep = setInterval(() => server.closeIdleConnections(), 20);
        server.close(() => {
          clearTimeout(deadline);
          clearInterval(sweep);
          resolve();
        });
      });
      return closing;
    },
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  // The address "any" can be listened on but not visited.
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}

function translate(error: NodeJS.ErrnoException, { port, host }: { port: number; host: string }): AppError {
  const options = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new AppError(
        'port_in_use',
        `serve: port ${port} of ${host} is in use already; choose another, or 0 for any free one`,
        options,
      );
    case 'EACCES':
      return new AppError(
        'invalid_argument',
        `serve: no permission to listen on port ${port}; choose one from 1024 up`,
        options,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return new AppError(
        'invalid_argument',
        `serve: "host" must be an address of this machine, found ${JSON.stringify(host)}`,
        options,
      );
    default:
      return new AppError('io_error', `serve: cannot listen on port ${port} of ${host}: ${messageOf(error)}`, options);
  }
}
