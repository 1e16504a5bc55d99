import type { Express } from 'express';
import { describe, expect, test } from 'vitest';
import { createApp } from '#app/http/app.js';
import type { AppDependencies } from '#app/http/dependencies.js';
import type { Scope } from '#app/http/guards/access.js';
import { createMetrics } from '#app/http/metrics.js';
import { startServer } from '#app/http/server.js';
import { annotationForTest } from '../../../helpers/annotation.js';
import { fakeTagger } from '../../../helpers/fake-tagger.js';
import { SCRIPTS, VIEWS } from '../../../helpers/test-app.js';

/** Every route and what it asks for, found out by asking; the table below says what it should be. */
async function scopesOfAllRoutes(): Promise<Record<string, Scope | 'anybody'>> {
  const app = everyRoute();
  const server = await startServer({ app, port: 0, host: '127.0.0.1' });
  try {
    const found: Record<string, Scope | 'anybody'> = {};
    for (const { method, path } of routesOf(app)) {
      const place = server.url + path.replace(/:\w+/g, '1').replace(/\*\w+/g, 'x');
      const ask = async (token?: string): Promise<number> => {
        const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
        const response = await fetch(place, {
          method,
          headers,
          redirect: 'manual',
          signal: AbortSignal.timeout(10_000),
        });
        await response.body?.cancel();
        return response.status;
      };
      let scope: Scope | 'anybody' = 'anybody';
      if ((await ask()) === 401) {
        for (const candidate of ['tag', 'annotate', 'admin'] as const) {
          scope = candidate;
          if (![401, 403].includes(await ask(candidate))) break;
        }
      }
      found[`${method} ${path}`] = scope;
    }
    return found;
  } finally {
    await server.close(0);
  }
}

/** Nothing is done here but to ask at the doors: what lies behind some of them is not there. */
function everyRoute(): Express {
  const nothing = new Proxy({}, { get: () => () => undefined });
  const scopes: Readonly<Record<string, Scope>> = { tag: 'tag', annotate: 'annotate', admin: 'admin' };
  return createApp({
    models: { list: () => [], get: async () => fakeTagger() },
    runs: nothing as AppDependencies['runs'],
    administration: nothing as NonNullable<AppDependencies['administration']>,
    trainings: nothing as NonNullable<AppDependencies['trainings']>,
    annotation: annotationForTest(),
    metrics: createMetrics(),
    access: { scopeOf: (token) => (Object.hasOwn(scopes, token) ? scopes[token] : undefined) },
    log: { answered: () => {}, trouble: () => {} },
    viewsDirectory: VIEWS,
    scriptsDirectory: SCRIPTS,
  });
}

function routesOf(app: Express): { method: string; path: string }[] {
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

/** What anybody may ask, also where the server asks for tokens. */
const FOR_ANYBODY = ['GET /healthz', 'GET /readyz', 'GET /api/openapi.json', 'GET /session', 'POST /session'];
/**
 * Beyond `tag`: below these addresses lie texts and decisions of people, and what the server learns from. The files of a model are
 * for whoever tags, in a browser that tags by itself.
 */
const FOR_ANNOTATORS = /^\/(api\/)?(projects|runs|trainings|mentions|models\/(?!:model\/files))/;
/** What changes what everybody else is answered with, or tells of the server itself. */
const FOR_ADMINS = /^(DELETE \/api\/models\/|POST \/(api\/)?models\/(?!compare)|GET \/metrics)/;

describe('every route stands behind a guard', () => {
  test('and asks for the scope that its address calls for', async () => {
    const found = await scopesOfAllRoutes();
    expect(Object.keys(found).length).toBeGreaterThan(50);
    const expected = Object.fromEntries(
      Object.keys(found).map((route) => {
        const path = route.slice(route.indexOf(' ') + 1);
        if (FOR_ANYBODY.includes(route)) return [route, 'anybody'];
        if (FOR_ADMINS.test(route)) return [route, 'admin'];
        return [route, FOR_ANNOTATORS.test(path) ? 'annotate' : 'tag'];
      }),
    );
    expect(found).toEqual(expected);
  });
});
