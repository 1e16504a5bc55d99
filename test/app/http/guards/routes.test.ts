import { describe, expect, test } from 'vitest';
import type { Scope } from '#app/http/guards/access.js';
import { startServer } from '#app/http/server.js';
import { appOfEveryRoute, routesOf } from '../../../helpers/every-route.js';

/** Every route and what it asks for, found out by asking; the table below says what it should be. */
async function scopesOfAllRoutes(): Promise<Record<string, Scope | 'anybody'>> {
  const app = appOfEveryRoute();
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
