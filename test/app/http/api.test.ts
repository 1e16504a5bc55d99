import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Express } from 'express';
import { describe, expect, test } from 'vitest';
import { createApp } from '#app/http/app.js';
import { createByteBudget } from '#app/http/guards/byte-budget.js';
import { createGuards } from '#app/http/guards/guards.js';
import { DEFAULT_LIMITS } from '#app/http/limits.js';
import { openApiDocument } from '#app/http/openapi.js';
import { createRequestTagging } from '#app/http/request-tagging.js';
import { apiResources } from '#app/http/routes/api-resources.js';
import { STATUS_OF } from '#app/http/statuses.js';
import { createLocalTagging } from '#app/serving/local-tagging.js';
import { AppError } from '#base/errors.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { SCRIPTS, startTestApp, VIEWS } from '../../helpers/test-app.js';

const SHA256 = '9c1f'.padEnd(64, '0');

describe('GET /api/models', () => {
  test('lists the models, newest first', async () => {
    const taggers = [fakeTagger(), fakeTagger({ model: { version: 0 } })];
    const response = await (await startTestApp({ taggers })).get('/api/models');
    expect(response.status).toBe(200);
    const model = {
      id: 'names',
      sha256: SHA256,
      labels: ['LOC', 'ORG', 'PER'],
      created_at: '2026-01-02T03:04:05.678Z',
      scores: { f1: 0.875, precision: 0.9, recall: 0.85 },
    };
    expect(await response.json()).toEqual({
      models: [
        { ...model, version: 7, active: true, shipped: false },
        { ...model, version: 0, active: false, shipped: true },
      ],
    });
  });

  test('has an entity tag', async () => {
    const app = await startTestApp();
    const etag = (await app.get('/api/models')).headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    // Without a Cache-Control of its own, fetch would ask for a fresh copy.
    const headers = { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' };
    expect((await app.get('/api/models', headers)).status).toBe(304);
  });

  test('says when the database is busy', async () => {
    const list = () => {
      throw new AppError('database_busy', 'registry: r.db: another program is writing; try again');
    };
    const app = await startTestApp({ models: { list } });
    const response = await app.get('/api/models');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      error: 'registry: r.db: another program is writing; try again',
      code: 'database_busy',
    });
    expect(app.log).toHaveLength(1);
  });
});

describe('GET /healthz', () => {
  test('tells which model answers', async () => {
    const response = await (await startTestApp()).get('/healthz');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ status: 'ok', model: { id: 'names', version: 7, sha256: SHA256 } });
  });

  test('answers 503 without a model', async () => {
    const response = await (await startTestApp({ taggers: [] })).get('/healthz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ error: 'there is no model yet', code: 'no_model' });
  });

  test('answers 503 with a model that cannot be loaded', async () => {
    const get = async () => {
      throw new AppError('damaged_model', 'models/names: weights were altered');
    };
    const response = await (await startTestApp({ models: { get } })).get('/healthz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ error: 'models/names: weights were altered', code: 'damaged_model' });
  });
});

describe('GET /api/openapi.json', () => {
  const models = { list: () => [], get: async () => fakeTagger() };
  const describedResources = () => {
    const limits = DEFAULT_LIMITS;
    const budget = createByteBudget(limits.bytesAtOnce);
    const guards = createGuards({ access: undefined, allowedOrigins: [], limits, budget });
    const tagging = createRequestTagging({ tagging: createLocalTagging(models), limits, budget });
    return apiResources({ models, tagging, log: () => {}, limits, guards });
  };
  const document = openApiDocument(describedResources());

  test('is valid OpenAPI 3.1, and its schemas are valid JSON Schema', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result).toMatchObject({ valid: true });
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
    for (const schema of Object.values(document.components.schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  });

  test('is the document', async () => {
    const response = await (await startTestApp()).get('/api/openapi.json');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });

  test('states the limits that are in force', async () => {
    const response = await (await startTestApp({ limits: { texts: 3 } })).get('/api/openapi.json');
    const { components } = (await response.json()) as typeof document;
    expect(components.schemas.TagRequest).toMatchObject({ properties: { texts: { maxItems: 3 } } });
  });

  test('describes every route for programs, and no other', () => {
    const runs = {
      list: () => [],
      get: () => {
        throw new Error('unused');
      },
    };
    const app = createApp({
      models,
      runs,
      viewsDirectory: VIEWS,
      scriptsDirectory: SCRIPTS,
      log: { answered: () => {}, trouble: () => {} },
    });
    const isForPrograms = (route: string) => /^(GET|POST) (\/api\/|\/healthz|\/readyz)/.test(route);
    const described = Object.entries(document.paths).flatMap(([path, operations]) => {
      return Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`);
    });
    expect(routesOf(app).filter(isForPrograms).sort()).toEqual(described.sort());
  });

  test('refers only to schemas that exist, and uses each', () => {
    const text = JSON.stringify(document);
    const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
  });

  test('files each error code under its status', () => {
    for (const operations of Object.values(document.paths)) {
      for (const { responses } of Object.values(operations)) {
        for (const [status, { description }] of Object.entries(responses)) {
          if (status === '200') continue;
          for (const code of description.split(', ')) expect(String(STATUS_OF[code as 'internal'])).toBe(status);
        }
      }
    }
  });

  const TAG = '/api/tag';
  const HUGGING_FACE = '/api/hf/token-classification';
  test.each([
    ['POST', TAG, { text: 'Ada 😀', offset_unit: 'utf8', threshold: 0.1, model: 'names@7' }],
    ['POST', TAG, { text: 'Ada', include: ['tokens', 'alternatives'] }],
    ['POST', TAG, { text: 'Ada met Lind', memory: false }],
    ['POST', TAG, { text: 'Ada met Lind' }],
    ['POST', TAG, { texts: ['Ada', 5, ''] }],
    ['POST', TAG, { tokens: ['Ada', 'Lovelace'] }],
    ['POST', TAG, { tokens: [['Ada'], []] }],
    ['POST', TAG, { text: 'a', texts: [] }],
    ['POST', TAG, { text: 'a', model: 'nobody' }],
    ['POST', TAG, { texts: Array(300).fill('a') }],
    ['POST', HUGGING_FACE, { inputs: 'Ada', parameters: { memory: false } }],
    ['POST', HUGGING_FACE, { inputs: ['Ada'], parameters: { aggregation_strategy: 'simple', stride: 3 } }],
    ['POST', HUGGING_FACE, { inputs: 3 }],
    ['GET', '/api/models', undefined],
    ['GET', '/healthz', undefined],
    ['GET', '/readyz', undefined],
  ])('tells the truth: %s %s %j', async (method, path, body) => {
    const app = await startTestApp();
    const response = body === undefined ? await app.get(path) : await app.postJson(path, body);
    const operation = document.paths[path][method.toLowerCase() as 'get' | 'post']!;
    const described = operation.responses[response.status];
    expect(described, `${response.status} is described`).toBeDefined();
    const answer = await response.json();
    expect(check(described.content['application/json'].schema, answer)).toEqual([]);
    if (body !== undefined && response.status === 200) {
      expect(check(operation.requestBody!.content['application/json'].schema, body)).toEqual([]);
    }
  });

  test('could tell a lie apart', () => {
    const { schema } = document.paths[TAG].post!.responses[200].content['application/json'];
    expect(check(schema, { entities: 'none' })).not.toEqual([]);
    const { schema: request } = document.paths[TAG].post!.requestBody!.content['application/json'];
    expect(check(request, { text: 'a', threshold: 2 })).not.toEqual([]);
  });

  function check(schema: object, value: unknown): unknown[] {
    const ajv = new Ajv2020({
      strict: true,
      strictTypes: false,
      strictRequired: false,
      allErrors: true,
      keywords: ['components'],
    });
    const validate = ajv.compile({ ...schema, components: document.components });
    return validate(value) ? [] : (validate.errors ?? []);
  }
});

/** `GET /path` for each route of an application. */
function routesOf(app: Express): string[] {
  interface Layer {
    readonly route?: { readonly path: string; readonly stack: readonly { readonly method?: string }[] };
  }
  const layers = (app.router as unknown as { stack: readonly Layer[] }).stack;
  const routes = layers.flatMap(({ route }) =>
    (route?.stack ?? []).map(({ method }) => `${(method ?? 'all').toUpperCase()} ${route!.path}`),
  );
  return [...new Set(routes)];
}
