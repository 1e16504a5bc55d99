import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { AppError } from '#base/errors.js';

/** Nothing is loaded from elsewhere, nothing runs inline, nobody frames the pages. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    // Whether names are served over TLS is up to the proxy in front; on plain HTTP the header means nothing.
    strictTransportSecurity: false,
    // Not "no-referrer": under it browsers send "Origin: null" with our own form.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}

/** For a page that runs the kernels of the engine: compiling WebAssembly is allowed, evaluating text as a script is not. */
export function allowKernels(response: Response): void {
  const policy = String(response.getHeader('Content-Security-Policy'));
  response.set('Content-Security-Policy', `${policy};script-src 'self' 'wasm-unsafe-eval'`);
}

/** The names under which a server bound to `host` is reached when that is this machine only, else `undefined`. */
export function loopbackHosts(host: string): readonly string[] | undefined {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  const isLoopback = name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
  if (!isLoopback) return undefined;
  return [...new Set(['localhost', '127.0.0.1', '[::1]', name.includes(':') ? `[${name}]` : name])];
}

/**
 * Refuses requests addressed to a foreign name. A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding)
 * and would then be of the same origin as this server; the Host header still tells. A request that names two hosts, in
 * two headers or in its target, is refused wherever the server listens: a proxy before it may have believed the other one.
 */
export function requireKnownHost(allowedHosts: readonly string[] | undefined): RequestHandler {
  const allowed = allowedHosts?.map((host) => host.toLowerCase());
  return function knownHost(request, _response, next) {
    const host = request.headers.host ?? '';
    if (countOf('host', request.rawHeaders) > 1)
      throw new AppError('invalid_request', 'host: expected one Host header, found several');
    const target = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(request.url)?.[1];
    if (target !== undefined && target.toLowerCase() !== host.toLowerCase())
      throw new AppError('invalid_request', 'host: the target of the request and its Host header name different hosts');
    const name = hostName(host);
    if (allowed === undefined || allowed.includes(name)) return next();
    const found = JSON.stringify(name.slice(0, 80));
    throw new AppError('forbidden_origin', `host: this server answers to ${allowed.join(', ')}, found ${found}`);
  };
}

/**
 * Refuses what a page of another origin sends. Browsers say where a POST comes from in `Sec-Fetch-Site`, or in `Origin`
 * on plain HTTP; programs say nothing and are let through.
 */
export function requireSameOrigin(allowedOrigins: readonly string[]): RequestHandler {
  return function sameOrigin(request, _response, next) {
    const site = request.headers['sec-fetch-site'];
    const { origin } = request.headers;
    if (origin !== undefined && allowedOrigins.includes(origin)) return next();
    const isOwn =
      site !== undefined
        ? site === 'same-origin' || site === 'none'
        : origin === undefined || isOrigin(origin, request.headers.host);
    if (isOwn) return next();
    const found = JSON.stringify(String(origin ?? site ?? '').slice(0, 80));
    throw new AppError('forbidden_origin', `origin: the request must come from its own page, found ${found}`);
  };
}

/** Lets pages of the allowed origins read answers, and browsers ask whether they may (CORS). */
export function allowOrigins(allowedOrigins: readonly string[]): RequestHandler {
  return function crossOrigin(request, response, next) {
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return next();
    response.vary('Origin').set('Access-Control-Allow-Origin', origin);
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      response.set({
        'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type',
        'Access-Control-Max-Age': '600',
      });
    }
    // Without it a browser keeps answers to itself that the header above gives away.
    response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    next();
  };
}

function isOrigin(value: string, host: string | undefined): boolean {
  return URL.canParse(value) && new URL(value).host === host?.toLowerCase();
}

/** How often a header occurs among names and values in turns. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i].toLowerCase() === name) count++;
  return count;
}

function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
