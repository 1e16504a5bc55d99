import type { Express } from 'express';
import { createApp } from '#app/http/app.js';
import type { AppDependencies } from '#app/http/dependencies.js';
import type { Scope } from '#app/http/guards/access.js';
import { createMetrics } from '#app/http/metrics.js';
import { SCRIPTS_DIRECTORY, VIEWS_DIRECTORY } from '#app/services/paths.js';
import { fakeTagger } from './fake-tagger.js';

/**
 * The application with every route that a server can have, in front of nothing: to ask which there are, and at their doors.
 * A token is called as its scope.
 */
export function appOfEveryRoute(): Express {
  const nothing = new Proxy({}, { get: () => () => undefined });
  const scopes: Readonly<Record<string, Scope>> = { tag: 'tag', annotate: 'annotate', admin: 'admin' };
  return createApp({
    models: { list: () => [], get: async () => fakeTagger() },
    runs: nothing as AppDependencies['runs'],
    administration: nothing as NonNullable<AppDependencies['administration']>,
    trainings: nothing as NonNullable<AppDependencies['trainings']>,
    annotation: nothing as NonNullable<AppDependencies['annotation']>,
    metrics: createMetrics(),
    access: { scopeOf: (token) => (Object.hasOwn(scopes, token) ? scopes[token] : undefined) },
    log: { answered: () => {}, trouble: () => {} },
    viewsDirectory: VIEWS_DIRECTORY,
    scriptsDirectory: SCRIPTS_DIRECTORY,
  });
}

export interface Route {
  readonly method: string;
  /** As Express knows it: `/api/models/:model`. */
  readonly path: string;
}

/** What the router of an application has, method by method. */
export function routesOf(app: Express): readonly Route[] {
  interface Layer {
    readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  }
  const layers = (app.router as unknown as { stack: readonly Layer[] }).stack;
  return layers.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {})
      .filter((method) => method !== '_all')
      .map((method) => ({ method: method.toUpperCase(), path: route!.path })),
  );
}
