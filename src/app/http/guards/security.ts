import type { RequestHandler } from 'express';
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

/** The names under which a server bound to `host` is reached when that is this machine only, else `undefined`. */
export function loopbackHosts(host: string): readonly string[] | undefined {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  const isLoopback = name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
  if (!isLoopback) return undefined;
  return [...new Set(['localhost', '127.0.0.1', '[::1]', name.includes(':') ? `[${name}]` : name])];
}

/**
 * Refuses requests addressed to a foreign name. A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding)
 * and would then be of the same origin as this server; the Host header still tells.
 */
export function requireKnownHost(allowedHosts: readonly string[] | undefined): RequestHandler {
  const allowed = allowedHosts?.map((host) => host.toLowerCase());
  return function knownHost(request, _response, next) {
    const name = hostName(request.headers.host ?? '');
    if (allowed === undefined || allowed.includes(name)) return next();
    const found = JSON.stringify(name.slice(0, 80));
    throw new AppError('forbidden_origin', `host: this server answers to ${allowed.join(', ')}, found ${found}`);
  };
}

/**
 * Refuses a form that a page of another origin submits. Browsers say where a POST comes from in `Sec-Fetch-Site`, or
 * in `Origin` on plain HTTP; programs say nothing and are let through.
 */
export const requireSameOrigin: RequestHandler = function sameOrigin(request, _response, next) {
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isOwn =
    site !== undefined ? site === 'same-origin' || site === 'none' : origin === undefined || isOrigin(origin);
  if (isOwn) return next();
  const found = JSON.stringify((origin ?? site ?? '').slice(0, 80));
  throw new AppError('forbidden_origin', `origin: the form must be sent from its own page, found ${found}`);

  function isOrigin(value: string): boolean {
    return URL.canParse(value) && new URL(value).host === request.headers.host?.toLowerCase();
  }
};

function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
