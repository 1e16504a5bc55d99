import { describe, expect, test } from 'vitest';
import type {
  NumberedEvent,
  TrainingJob,
  TrainingJobEvent,
  TrainingJobRequest,
  TrainingJobs,
} from '#app/services/training-job.js';
import { averageOf, emptyAverage, withValue } from '#app/shared/weighted-average.js';
import { AppError } from '#base/errors.js';
import { annotationForTest } from '../../helpers/annotation.js';
import { accessibilityFaults, BROWSER, browserForTests } from '../../helpers/browser.js';
import { startTestApp } from '../../helpers/test-app.js';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' };
const PROGRESS = { step: 10, loss: 0.5, tokensPerSecond: 1000, seconds: 1, secondsLeft: 9 };
const DEV = { precision: 0.5, recall: 0.5, f1: 0.5, labels: { PER: 0.5 } };
const epoch = (number: number): TrainingJobEvent => ({
  type: 'epoch',
  epoch: number,
  ...PROGRESS,
  learningRate: 0.1,
  gradientNorm: 1,
  isBest: true,
  dev: DEV,
});
const watched = (entities: { start: number; end: number; label: string; score: number }[]): TrainingJobEvent => ({
  type: 'watch',
  epoch: 1,
  texts: [{ text: 'Ada <b>', entities }],
});

/** Jobs that tell what the test has them tell. */
function fakeJobs() {
  const events: NumberedEvent[] = [];
  const listeners = new Set<(event: NumberedEvent) => void>();
  const asked: TrainingJobRequest[] = [];
  const done: string[] = [];
  let state: TrainingJob['state'] = 'running';
  const job = (): TrainingJob => ({
    id: 'j_1',
    title: 'Harbour <i>',
    state,
    modelName: 'Harbour',
    recipe: 'tiny',
    output: '/o',
    createdAt: '',
    changedAt: '',
  });
  const tell = (event: TrainingJobEvent): void => {
    if (event.type === 'state') state = event.state;
    const numbered = { sequence: event.type === 'step' ? null : events.length + 1, at: '', event };
    if (event.type !== 'step') events.push(numbered);
    for (const listener of listeners) listener(numbered);
  };
  const act = (name: string) => () => void done.push(name);
  const jobs: TrainingJobs = {
    start(request) {
      asked.push(request);
      return job();
    },
    list: () => [job()],
    get(id) {
      if (id === 'j_1') return job();
      throw new AppError('not_found', 'training: there is no such job');
    },
    pause: act('pause'),
    resume: act('resume'),
    stop: act('stop'),
    remove: act('remove'),
    events: (_, after = 0) => events.filter(({ sequence }) => sequence! > after),
    watch(_, listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {},
  };
  return { jobs, tell, asked, done, listeners };
}

async function begin() {
  const fake = fakeJobs();
  const annotation = annotationForTest();
  const app = await startTestApp({ annotation, trainings: fake.jobs });
  const project = annotation.create('Harbour', ['PER', 'LOC']);
  const keep = (content: string) => annotation.keep(project, { name: '', content, format: 'conll', isChecked: true });
  const post = (path: string, fields: Record<string, string>, headers = {}) =>
    fetch(app.url + path, {
      method: 'POST',
      body: String(new URLSearchParams(fields)),
      headers: { ...FORM, ...headers },
      redirect: 'manual',
    });
  return { ...fake, app, annotation, project, keep, post, here: `/projects/${project}` };
}

/** The stream as it is written, until it holds `enough`. */
async function streamed(url: string, enough: string, headers: Record<string, string> = {}): Promise<string> {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes(enough)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  controller.abort();
  return text;
}

describe('training from a project', () => {
  test('asks for the accepted sentences, the recipe and the watch-list', async () => {
    const { keep, post, here, asked } = await begin();
    keep('Ada\tB-PER\nleft\tO\n\nJosé\tB-PER\n');
    const answer = await post(`${here}/train`, { recipe: 'tiny', activation: 'never', watch: 'Ada left.\n\n José? ' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain('/trainings/j_1');
    expect(asked[0]).toMatchObject({
      title: 'Harbour',
      modelName: 'Harbour',
      recipe: 'tiny',
      activation: 'never',
      watch: ['Ada left.', 'José?'],
      data: {
        kind: 'sentences',
        train: [{ words: ['José'], tags: ['B-PER'] }],
        dev: [{ words: ['Ada', 'left'], tags: ['B-PER', 'O'] }],
      },
    });
  });

  test('can be measured by folds, and what is set apart stays unlearned', async () => {
    const { keep, post, here, asked } = await begin();
    keep('Ada\tB-PER\nleft\tO\n\nJosé\tB-PER\n');
    await post(`${here}/train`, { recipe: 'tiny', judge: 'folds' });
    expect(asked[0]).toMatchObject({ folds: 5, data: { train: [{ words: ['José'], tags: ['B-PER'] }] } });
    expect(asked[0].data).not.toHaveProperty('dev');
    expect((await post(`${here}/train`, { recipe: 'tiny', judge: 'dice' })).status).toBe(400);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['Ada\tB-PER\n', 'expected at least two different accepted sentences, found one'],
    ['Ada\tB-PER\n\nADA\tB-PER\n', 'expected at least two different accepted sentences, found one'],
    ['Ada\tB-PER\n\nleft\tO\n', 'every name that was accepted stands in the sentences set apart'],
    ['Ada\tO\n\nleft\tO\n', 'expected a name in what was accepted, found none'],
  ])('of %j is refused: %s', async (content, message) => {
    const { keep, post, here, asked, annotation, project } = await begin();
    keep(content);
    for (const { id, names } of annotation.list(project, { offset: 0, limit: 9 })) {
      const after = { status: 'accepted' as const, spans: [] };
      if (names === 0) annotation.decide(project, id, { version: 1, kind: 'accept', by: 'me', model: null, after });
    }
    const answer = await post(`${here}/train`, { recipe: 'tiny', watch: 'Eve left.\r\nAda <i>' });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain(message);
    // In the project's own page, with what was written.
    expect(page).toContain('>\nEve left.\nAda &lt;i&gt;</textarea>');
    expect(asked).toEqual([]);
  });

  test('is paused, goes on and is stopped by forms of the page alone', async () => {
    const { post, done } = await begin();
    for (const action of ['pause', 'resume', 'stop'])
      expect((await post('/trainings/j_1', { action })).headers.get('location')).toBe('/trainings/j_1');
    expect(done).toEqual(['pause', 'resume', 'stop']);
    expect((await post('/trainings/j_1', { action: 'stop' }, { Origin: 'http://evil.example' })).status).toBe(403);
    expect((await post('/trainings/j_2', { action: 'nonsense' })).status).toBe(400);
  });

  test('two trainings of different size tell what 50 more sentences would bring', async () => {
    const annotation = annotationForTest();
    const project = annotation.create('Ships', ['PER']);
    annotation.keep(project, { name: '', content: 'Ada left.', format: 'text', isChecked: true });
    const runs: Record<string, [number, number]> = {};
    const { jobs } = fakeJobs();
    const told = (id: string): NumberedEvent[] => [
      {
        sequence: 1,
        at: '',
        event: {
          type: 'start',
          runId: id,
          sentences: { train: runs[id][0], dev: 1, test: 0 },
          labels: [],
          parameters: 1,
          resumedAtEpoch: null,
        },
      },
      {
        sequence: 2,
        at: '',
        event: { type: 'result', dev: { ...DEV, f1: runs[id][1] } } as unknown as TrainingJobEvent,
      },
    ];
    const job = (id: string) => ({ ...jobs.get('j_1'), id, project, state: 'finished' as const });
    const trainings: TrainingJobs = { ...jobs, list: () => Object.keys(runs).map(job), events: told };
    const app = await startTestApp({ annotation, trainings });
    const page = async () => (await app.get(`/projects/${project}`)).text();
    expect(await page()).toContain('is told after two trainings');
    runs.one = [50, 0.5];
    runs.two = [100, 0.75];
    expect(await page()).toContain('50 more sentences bring F1 from about 75.00 (100 sentences) to about 83.33.');
    runs.two = [100, 0.4];
    expect(await page()).toContain('F1 did not rise with the sentences');
  });

  test('is shown without JavaScript: curves, labels, what was watched, how it ended', async () => {
    const { app, tell } = await begin();
    for (const number of [1, 2]) tell(epoch(number));
    tell(watched([{ start: 0, end: 3, label: 'PER', score: 0.9 }]));
    const page = await (await app.get('/trainings/j_1')).text();
    expect(page.match(/<path class="line /g)).toHaveLength(2);
    expect(page).toContain('F1 <b>50.00</b>');
    expect(page).toContain('Ada &lt;b&gt; <span class="quiet">Ada (PER)</span>');
    expect(page).toContain('Harbour &lt;i&gt;');
    expect((await app.get('/trainings/nobody')).status).toBe(404);
  });

  test('tells what happens as server-sent events, and goes on after the last one that arrived', async () => {
    const { app, tell, listeners } = await begin();
    for (const number of [1, 2, 3]) tell(epoch(number));
    const address = `${app.url}/trainings/j_1/events`;
    const all = await streamed(address, 'id: 3');
    expect(all).toMatch(/^id: 1\nevent: epoch\ndata: \{"epoch":1,.*\}\n\nid: 2\n/);
    await expect.poll(() => listeners.size).toBe(0);
    const rest = streamed(address, 'event: state', { 'Last-Event-ID': '2' });
    await expect.poll(() => listeners.size).toBeGreaterThan(0);
    tell({ type: 'step', epoch: 4, batch: 1, batches: 2, ...PROGRESS });
    tell({ type: 'state', state: 'finished' });
    const text = await rest;
    expect(text).toMatch(/^id: 3\n/);
    expect(text).toContain('\n\nevent: step\ndata: {"epoch":4,');
    expect(text).toContain('id: 4\nevent: state\ndata: {"state":"finished"}');
    await expect.poll(() => listeners.size).toBe(0);
  });
});

describe('an exponentially weighted average', () => {
  test('is corrected for its bias: of one value it is that value', () => {
    const values = [4, 2, 2, 2];
    let average = emptyAverage(0.5);
    expect(averageOf(average)).toBeNull();
    const averages = values.map((value) => averageOf((average = withValue(average, value))));
    expect(averages[0]).toBe(4);
    // (0.5 * 4 + 1 * 2) * 0.5 / (1 - 0.25)
    expect(averages[1]).toBeCloseTo(8 / 3, 12);
    expect(averages[3]).toBeLessThan(averages[2]!);
  });
});

describe.skipIf(BROWSER === undefined)('a training in a browser', () => {
  const open = browserForTests();

  test('names appear while it runs, and the page says how it ended', async () => {
    const { app, tell, listeners } = await begin();
    const { page, complaints } = await open(`${app.url}/trainings/j_1`);
    await expect.poll(() => listeners.size).toBe(1);
    tell({ type: 'step', epoch: 1, batch: 1, batches: 2, ...PROGRESS });
    await page.getByText('0.5000').waitFor();
    tell(epoch(1));
    tell(watched([]));
    await page.locator('.watched').waitFor();
    expect(await page.locator('.watched mark').count()).toBe(0);
    tell(epoch(2));
    tell(watched([{ start: 0, end: 3, label: 'PER', score: 0.9 }]));
    await page.locator('.watched mark', { hasText: 'Ada' }).waitFor();
    expect(await page.locator('path.line').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    const activation = {
      spec: 'Harbour@1',
      isActive: true,
      findsNothing: false,
      rival: null,
      sentence: 'Harbour@1 is active.',
    };
    tell({
      type: 'result',
      output: '/o',
      weightsSha256: 'w',
      seconds: 1,
      epochs: 2,
      bestEpoch: 2,
      dev: DEV,
      test: null,
      activation,
    });
    tell({ type: 'state', state: 'finished' });
    await page.getByText('Harbour@1 is active.').waitFor();
    expect(complaints).toEqual([]);
  });
});
