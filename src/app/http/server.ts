import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Express } from 'express';
import { AppError, messageOf } from '#base/errors.js';

export interface RunningServer {
  /** Where a browser on this machine finds it: `http://127.0.0.1:3000`. */
  readonly url: string;
  /**
   * Answers what has begun, and what arrives in the moment before the port is given back, for at most `graceMs` (8000 unless
   * told). Returns how many answers were cut off then. May be called twice.
   */
  close(graceMs?: number): Promise<number>;
}

export interface ServerOptions {
  readonly app: Express;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
}

/** Connections at once; more are closed before they send anything. */
const MOST_CONNECTIONS = 4000;
/** Milliseconds of silence after which a connection is closed, in the middle of a request too. */
const SILENCE_MS = 65_000;
/** Milliseconds in which a server that ends still takes what clients have sent already. */
const LAST_CALL_MS = 150;

/** @throws {AppError} `invalid_argument` for an empty name, which Node would take for every address of the machine. */
export function requireHost(host: string): void {
  if (host === '') throw new AppError('invalid_argument', 'serve: "host" must name an address, found ""');
}

/** @throws {AppError} `port_in_use`, or `invalid_argument` for a port or host that this machine does not give. */
export async function startServer({ app, port, host }: ServerOptions): Promise<RunningServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AppError('invalid_argument', `serve: "port" must be a whole number from 0 to 65535, found ${port}`);
  }
  requireHost(host);
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, app);
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(SILENCE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(translate(error, { port, host })));
    // Those that the system would let wait in vain, for it drops what its queue has no room for, are told by an answer.
    server.listen({ port, host: host.replace(/^\[|\]$/g, ''), backlog: MOST_CONNECTIONS }, resolve);
  });

  const connections = trackConnections(server);
  let closing: Promise<number> | undefined;
  return {
    url: urlOf(server.address() as AddressInfo),
    close(graceMs = 8000) {
      closing ??= end(server, connections, graceMs);
      return closing;
    },
  };
}

interface Connections {
  /** Answers to these are not all sent yet. */
  busy(): number;
  /** From now on every answer is the last one of its connection. */
  lastAnswers(): void;
  closeIdle(): void;
  closeAll(): void;
}

/** Node's own list counts a connection as idle when its answer is written, though it may not be sent. */
function trackConnections(server: Server): Connections {
  const answers = new Map<Socket, Set<ServerResponse>>();
  let isLast = false;
  server.on('connection', (socket: Socket) => {
    answers.set(socket, new Set());
    socket.once('close', () => answers.delete(socket));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const own = answers.get(request.socket);
    if (isLast) response.shouldKeepAlive = false;
    own?.add(response);
    response.once('close', () => own?.delete(response));
  });
  return {
    busy: () => [...answers.values()].filter((own) => own.size > 0).length,
    lastAnswers() {
      isLast = true;
      for (const own of answers.values()) for (const response of own) response.shouldKeepAlive = false;
    },
    closeIdle() {
      for (const [socket, own] of answers) if (own.size === 0) socket.destroySoon();
    },
    closeAll() {
      for (const socket of answers.keys()) socket.destroy();
    },
  };
}

async function end(server: Server, connections: Connections, graceMs: number): Promise<number> {
  const deadlineMs = performance.now() + graceMs;
  connections.lastAnswers();
  await delay(Math.min(LAST_CALL_MS, graceMs));
  // The close of an HTTP server would also cut off answers that are written but not sent yet.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  while (connections.busy() > 0 && performance.now() < deadlineMs) {
    connections.closeIdle();
    await delay(20);
  }
  const cutOff = connections.busy();
  if (cutOff === 0) connections.closeIdle();
  else connections.closeAll();
  const rest = setTimeout(() => connections.closeAll(), Math.max(0, deadlineMs - performance.now()));
  await closed;
  clearTimeout(rest);
  return cutOff;
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
