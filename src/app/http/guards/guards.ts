import type { RequestHandler } from 'express';
import { type Access, requireScope, requireTokenInForm, type Scope } from './access.js';
import { type BodyGuardOptions, formBody, jsonBody } from './body.js';
import { requireSameOrigin } from './security.js';

/**
 * What a request passes before a route answers it. Every route takes its handlers from here, so that none can forget one:
 * whoever asks may do so (a token of the scope, where the server demands tokens), what changes something or costs much
 * comes from an own page or from a program, and bodies are within their limits.
 */
export interface Guards {
  /** For what only shows something. */
  show(scope: Scope): RequestHandler[];
  /** For what does something without a body. */
  act(scope: Scope): RequestHandler[];
  /** For what takes a JSON body, to `request.body`; see `parseRequest`. */
  json(scope: Scope): RequestHandler[];
  /** For what takes a submitted form, to `request.body`. */
  form(scope: Scope): RequestHandler[];
  /** For the form by which a browser gives its token. */
  entry(access: Access): RequestHandler[];
}

export interface GuardOptions extends BodyGuardOptions {
  /** Who may do what; anybody anything when absent. */
  readonly access: Access | undefined;
  /** Other origins, such as `https://names.example`, whose pages may ask too. */
  readonly allowedOrigins: readonly string[];
}

export function createGuards({ access, allowedOrigins, ...body }: GuardOptions): Guards {
  const show = (scope: Scope): RequestHandler[] => (access === undefined ? [] : [requireScope(access, scope)]);
  const act = (scope: Scope): RequestHandler[] => [requireSameOrigin(allowedOrigins), ...show(scope)];
  return {
    show,
    act,
    json: (scope) => [...act(scope), ...jsonBody(body)],
    form: (scope) => [...act(scope), ...formBody(body)],
    entry: (given) => [requireSameOrigin(allowedOrigins), ...formBody(body), requireTokenInForm(given)],
  };
}
