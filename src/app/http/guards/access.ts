import type { Request, RequestHandler, Response } from 'express';
import { TOKEN_SCOPES, type TokenScope } from '#app/store/tokens.js';
import { AppError } from '#base/errors.js';

export type Scope = TokenScope;

/** Who may do what. */
export interface Access {
  /** The scope of a token, undefined if it is none or was revoked. Takes as long for a wrong token as for a right one. */
  scopeOf(token: string): Scope | undefined;
}

/** Under this name a browser keeps the token that was given to the page. */
const TOKEN_COOKIE = 'onomast_token';
/** Wrong tokens that one address may try in a minute. */
const TRIES_PER_MINUTE = 20;
const MINUTE_MS = 60_000;
/** Addresses whose wrong tokens are counted at the same time. */
const MOST_ADDRESSES = 10_000;

/**
 * Lets a request through that brings a token of at least this scope: `Authorization: Bearer …`, the password of
 * `Authorization: Basic …` for programs that know no other way, or the cookie of the page.
 *
 * @throws {AppError} `unauthorized` without a right one, `forbidden_scope`, `too_many_requests` after many wrong ones.
 */
export function requireScope(access: Access, needed: Scope): RequestHandler {
  return function scope(request, response, next) {
    const token = tokenOf(request);
    if (token === undefined) throw unauthorized(response, 'this server asks for a token: Authorization: Bearer …');
    const found = checked(access, token, { request, response });
    if (TOKEN_SCOPES.indexOf(found) >= TOKEN_SCOPES.indexOf(needed)) return next();
    throw new AppError('forbidden_scope', `token: expected the scope ${needed}, found ${found}`);
  };
}

/** Lets a form through whose field `token` is a valid token. Throws as {@link requireScope}. */
export function requireTokenInForm(access: Access): RequestHandler {
  return function tokenInForm(request, response, next) {
    const { token } = request.body as { readonly token?: string };
    if (token === undefined) throw unauthorized(response, 'token: expected a token, found none');
    checked(access, token, { request, response });
    next();
  };
}

function checked(
  access: Access,
  token: string,
  { request, response }: { readonly request: Request; readonly response: Response },
): Scope {
  const tries = triesOf(access);
  tries.requireFew(request.ip);
  const found = access.scopeOf(token);
  if (found !== undefined) return found;
  tries.count(request.ip);
  throw unauthorized(response, 'the token is not one of this server, or was revoked');
}

/** Keeps a token in a browser until it is closed: no script reads it, and no page elsewhere makes the browser send it. */
export function tokenCookie(token: string, isSecure: boolean): string {
  return `${TOKEN_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

function unauthorized(response: Response, message: string): AppError {
  response.set('WWW-Authenticate', 'Bearer realm="onomast"');
  return new AppError('unauthorized', message);
}

function tokenOf(request: Pick<Request, 'headers'>): string | undefined {
  const bearer = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const basic = /^Basic +([\w+/=-]{1,400})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic !== undefined)
    return Buffer.from(basic, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '');
  const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const own = cookies.find((pair) => pair.startsWith(`${TOKEN_COOKIE}=`));
  return own?.slice(TOKEN_COOKIE.length + 1);
}

interface Tries {
  requireFew(address: string | undefined): void;
  count(address: string | undefined): void;
}

const triesByAccess = new WeakMap<Access, Tries>();

/** Shared by all routes that one `Access` guards. */
function triesOf(access: Access): Tries {
  const known = triesByAccess.get(access) ?? createTries();
  triesByAccess.set(access, known);
  return known;
}

function createTries(): Tries {
  const wrong = new Map<string, { count: number; readonly until: number }>();
  return {
    requireFew(address = '') {
      const entry = wrong.get(address);
      if (entry === undefined) return;
      if (entry.until < performance.now()) wrong.delete(address);
      else if (entry.count >= TRIES_PER_MINUTE)
        throw new AppError('too_many_requests', 'too many wrong tokens came from this address; try again in a minute');
    },
    count(address = '') {
      const entry = wrong.get(address);
      if (entry) entry.count += 1;
      else {
        if (wrong.size >= MOST_ADDRESSES) wrong.clear();
        wrong.set(address, { count: 1, until: performance.now() + MINUTE_MS });
      }
    },
  };
}
