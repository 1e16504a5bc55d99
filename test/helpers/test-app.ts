import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createApp } from '#app/http/app.js';
import type { AppDependencies } from '#app/http/dependencies.js';
import type { RequestLogEntry } from '#app/http/request-log-entry.js';
import { startServer } from '#app/http/server.js';
import type { ModelSummary } from '#app/services/tagger-pool.js';
import type { RunWithEpochs } from '#app/store/run-record.js';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { fakeTagger } from './fake-tagger.js';

export const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));
/** What `npm run build` bundles. */
export const SCRIPTS = fileURLToPath(new URL('../../dist/assets', import.meta.url));

export interface TestApp {
  readonly url: string;
  /** What was logged so far. */
  readonly log: readonly string[];
  /** What was told of each request that was answered. */
  readonly answered: readonly RequestLogEntry[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  postJson(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  postForm(fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** As a browser submits the form of a page; where it leads is in the answer. */
  submit(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

export interface TestAppOptions extends Partial<Omit<AppDependencies, 'log' | 'models' | 'runs'>> {
  /** The newest first, which is also the active one. */
  readonly taggers?: readonly Tagger[];
  readonly models?: Partial<AppDependencies['models']>;
  readonly runs?: readonly RunWithEpochs[];
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' };

/** The application on a free port until the current test has finished. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { taggers = [fakeTagger()], models, runs = [], ...rest } = options;
  const log: string[] = [];
  const answered: RequestLogEntry[] = [];
  const app = createApp({
    viewsDirectory: VIEWS,
    scriptsDirectory: SCRIPTS,
    log: { answered: (entry) => void answered.push(entry), trouble: (line) => void log.push(line) },
    runs: {
      list: () => runs,
      get(id) {
        const run = runs.find((candidate) => candidate.id === id);
        if (run === undefined) throw new AppError('not_found', `there is no run ${JSON.stringify(id)}`);
        return run;
      },
    },
    ...rest,
    models: { list: () => taggers.map(summaryOf), get: async (spec) => taggerOf(taggers, spec), ...models },
  });
  const server = await startServer({ app, port: 0, host: '127.0.0.1' });
  onTestFinished(async () => void (await server.close(0)));
  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(server.url + path, { method: 'POST', body, headers });
  const submit: TestApp['submit'] = (path, fields, headers = {}) =>
    fetch(server.url + path, {
      method: 'POST',
      body: String(new URLSearchParams(fields)),
      headers: { ...FORM, ...headers },
      redirect: 'manual',
    });
  return {
    url: server.url,
    log,
    answered,
    get: (path, headers = {}) => fetch(server.url + path, { headers }),
    postJson: (path, body, headers = {}) =>
      post(path, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers }),
    postForm: (fields, headers = {}) => submit('/', fields, headers),
    submit,
  };
}

/** Attribute values and text are compared as a browser would read them. */
export function unescapeHtml(html: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'" };
  return html.replace(/&(lt|gt|amp|#34|#39);/g, (_, name: string) => characters[name]);
}

function taggerOf(taggers: readonly Tagger[], spec: string | undefined): Tagger {
  if (taggers.length === 0) throw new AppError('no_model', 'there is no model yet');
  const found = taggers.find(
    ({ model }) => spec === undefined || [model.id, `${model.id}@${model.version}`].includes(spec),
  );
  if (found === undefined) throw new AppError('unknown_model', `model: there is no model ${JSON.stringify(spec)}`);
  return found;
}

function summaryOf({ model, labels }: Tagger, index: number): ModelSummary {
  const scores = { f1: 0.875, precision: 0.9, recall: 0.85 };
  return {
    ...model,
    labels,
    isActive: index === 0,
    isShipped: model.version === 0,
    createdAt: '2026-01-02T03:04:05.678Z',
    scores,
  };
}
