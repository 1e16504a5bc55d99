import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '#app/http/pages/examples.js';
import type { RunWithEpochs } from '#app/store/run-record.js';
import { AppError } from '#base/errors.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { startTestApp, unescapeHtml } from '../../helpers/test-app.js';

const HASH = '9c1f'.padEnd(64, '0');

async function submit(fields: Record<string, string>, options = {}) {
  const app = await startTestApp(options);
  const response = await app.postForm(fields);
  return { status: response.status, page: await response.text(), url: app.url, log: app.log };
}

/** What a reader sees of the tagged text, without its labels. */
function shownText(page: string): string {
  const inside = /<div class="tagged"[^>]*>(.*?)<\/div>/s.exec(page)?.[1] ?? '';
  return unescapeHtml(inside.replace(/<span class="ent-label">.*?<\/span>/gs, '').replace(/<[^>]*>/g, ''));
}

function textarea(page: string): string {
  // A browser drops one line break right after the tag.
  return unescapeHtml(/<textarea[^>]*>\n(.*?)<\/textarea>/s.exec(page)?.[1] ?? '');
}

describe('GET /', () => {
  test('shows the form and the first example, tagged', async () => {
    const response = await (await startTestApp()).get('/');
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toContain('<form class="card" id="tag-form" method="post" action="/" data-labels="');
    expect(page).toContain('<label class="field" for="text">');
    expect(textarea(page)).toBe(EXAMPLES[0]);
    expect(shownText(page)).toBe(EXAMPLES[0]);
    expect(page).toContain('aria-label="Zürich, location, 75 percent"');
  });

  test('says of an English model that it is, where the text is not', async () => {
    const app = await startTestApp({ taggers: [fakeTagger({ model: { id: 'names-en' } })] });
    const german = 'Gestern fuhr Ada mit dem Zug von Zürich nach Bern und traf dort José';
    expect(await (await app.postForm({ text: german })).text()).toContain(
      'names-en has learned English only, and this text does not look English.',
    );
    expect(await (await app.postForm({ text: 'Ada was the first.' })).text()).toContain('id="remark" hidden></p>');
  });

  test('links the examples, among them the two Teddies', async () => {
    const app = await startTestApp();
    const page = await (await app.get('/')).text();
    const links = [...page.matchAll(/<li><a href="(\/\?example=\d)">([^<]*)<\/a><\/li>/g)];
    expect(links.map(([, , text]) => unescapeHtml(text))).toEqual(EXAMPLES);
    expect(EXAMPLES).toContain('He said, Teddy Roosevelt was a great President.');
    expect(EXAMPLES).toContain('He said, Teddy bears are on sale.');
    for (const [index, [, href]] of links.entries()) {
      expect(textarea(await (await app.get(href)).text())).toBe(EXAMPLES[index]);
    }
  });

  test.each([
    ['/?example=5', 404, 'example: expected 1 to 4, found 5'],
    ['/?example=x', 400, 'example: invalid input: expected number, received NaN'],
    ['/?example=0', 400, 'example: too small: expected number to be &gt;=1'],
    ['/?model=nobody', 404, 'model: there is no model &#34;nobody&#34;'],
  ])('answers %s with %d', async (path, status, message) => {
    const response = await (await startTestApp()).get(path, { Accept: 'text/html' });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
  });

  test('says how to train when there is no model', async () => {
    const response = await (await startTestApp({ taggers: [] })).get('/');
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('There is no model yet. Train one with “npm run train”');
    expect(page).toContain('<section class="card" id="result" aria-labelledby="result-title" hidden>\n</section>');
  });

  test('offers the models when there are several, and keeps the choice in the links', async () => {
    const taggers = [fakeTagger(), fakeTagger({ model: { version: 6 } })];
    const app = await startTestApp({ taggers });
    const page = await (await app.get('/?model=names%406')).text();
    expect(page).toContain('<option value="names@7">names@7 (active)</option>');
    expect(page).toContain('<option value="names@6" selected>names@6</option>');
    expect(page).toContain('href="/?example=2&amp;model=names%406"');
    expect(page).toContain('<span id="model-spec">names@6</span>');
    expect(await (await (await startTestApp()).get('/')).text()).not.toContain('<select');
  });
});

describe('POST /', () => {
  test('tells each name in words, by colour, by line and with its score', async () => {
    const { status, page, log } = await submit({ text: 'Ada Lovelace met José in Zürich.' });
    expect(status).toBe(200);
    expect(log).toEqual([]);
    expect(page).toContain(
      '<mark class="ent colour-0 line-0" data-label="PER" title="PER 0.38" role="group" ' +
        'aria-label="Ada Lovelace, person, 38 percent" tabindex="0"><span class="ent-text">Ada Lovelace</span><span class="ent-label">PER</span></mark> met ',
    );
    expect(page).toContain('<mark class="ent colour-2 line-2" data-label="LOC" title="LOC 0.75"');
    const legend = [
      ...page.matchAll(
        /<li data-label="(\w+)" data-count="(\d)"><span class="swatch ([^"]*)">\w+<\/span> <span class="legend-name">(\w+)</g,
      ),
    ];
    expect(legend.map(([, ...entry]) => entry)).toEqual([
      ['LOC', '1', 'colour-2 line-2', 'location'],
      ['ORG', '0', 'colour-1 line-1', 'organisation'],
      ['PER', '2', 'colour-0 line-0', 'person'],
    ]);
    expect(page).toMatch(
      /<span id="summary" role="status">3 names in [\d.]+ ms<\/span> · <span id="model-spec">names@7</,
    );
    expect(page).toContain(`title="SHA-256 of the weights: ${HASH}">9c1f0000</code>`);
    const rows = [
      ...page.matchAll(
        /<tr><td dir="auto">(.*?)<\/td>.*?<td class="number">(\d+)<\/td><td class="number">(\d+)<\/td>.*?class="score">([\d.]+)</g,
      ),
    ];
    expect(rows.map(([, ...row]) => row)).toEqual([
      ['Ada Lovelace', '0', '12', '0.375'],
      ['José', '17', '21', '0.750'],
      ['Zürich', '25', '31', '0.750'],
    ]);
  });

  test('says so when there is no name', async () => {
    const { page } = await submit({ text: 'nobody' });
    expect(page).toMatch(/>0 names in/);
    expect(page).toContain('<div class="scroll" id="table" hidden>');
    expect(shownText(page)).toBe('nobody');
  });

  test.each([
    ['line breaks', '\n\nAda\n  met\tJosé \n'],
    ['markup', '<script>alert("x")</script> & <b>Ada</b> &amp; \'"'],
    ['emoji', '👩‍💻 Ada 😀'],
    ['a template', '<%= process.env %> #{1} {{2}}'],
  ])('keeps %s', async (_, text) => {
    const { page } = await submit({ text });
    expect(shownText(page)).toBe(text);
    expect(textarea(page)).toBe(text);
    expect(page).not.toContain('<b>Ada');
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  test('counts a line break as one character, though forms send two', async () => {
    const { page } = await submit({ text: 'one\r\ntwo\r\nAda' });
    expect(page).toContain('<td class="number">8</td><td class="number">11</td>');
    expect(shownText(page)).toBe('one\ntwo\nAda');
  });

  test('takes NUL and lone surrogates, as far as a form can send them', async () => {
    const { status, page } = await submit({ text: '\0Ada\ud800 José' });
    expect(status).toBe(200);
    expect(page).toContain('<td class="number">1</td><td class="number">4</td>');
    expect(page).toContain('<td class="number">6</td><td class="number">10</td>');
  });

  test('escapes a label of markup everywhere', async () => {
    const label = '"><script>alert(1)</script>';
    const { page } = await submit({ text: 'Ada' }, { taggers: [fakeTagger({ names: { Ada: label } })] });
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('<span class="ent-label">&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</span>');
    expect(page).toContain('data-label="&#34;&gt;&lt;script&gt;');
  });

  test('gives labels it does not know a look each', async () => {
    const names = Object.fromEntries([...'abcdefgh'].map((letter) => [letter, `type-${letter}`]));
    const { page } = await submit({ text: [...'abcdefgh'].join(' . ') }, { taggers: [fakeTagger({ names })] });
    const looks = [...page.matchAll(/<mark class="ent ([^"]*)"/g)].map(([, look]) => look);
    expect(new Set(looks).size).toBe(8);
    expect(page).toContain('aria-label="a, type a, 75 percent"');
  });

  test('gives a command that asks the same, safe for a shell', async () => {
    const text = 'It\'s Ada\'s "$(rm -rf ~)"\n`x` \\ !';
    const { page, url } = await submit({ text, model: 'names@7' });
    const command = unescapeHtml(/<code id="curl">(.*?)<\/code>/s.exec(page)![1]);
    const words = [...command.matchAll(/'((?:[^']|'\\'')*)'/g)].map(([, word]) => word.replaceAll("'\\''", "'"));
    expect(words[0]).toBe(`${url}/api/tag`);
    expect(words[1]).toBe('Content-Type: application/json');
    expect(JSON.parse(words[2])).toEqual({ text, model: 'names@7' });
    expect(command).toMatch(/^curl -s '[^']*' -H '[^']*' --data-binary '/);
  });

  test.each([{ text: '' }, { text: ' \r\n\t' }, {}])('asks for a text when there is none: %j', async (fields) => {
    const { status, page } = await submit(fields as Record<string, string>);
    expect(status).toBe(422);
    expect(page).toContain('There is nothing to tag yet. Type or paste a text, or try an example.');
    expect(page).toContain('aria-describedby="note"');
    expect(page).toContain('<section class="card" id="result" aria-labelledby="result-title" hidden>\n</section>');
  });

  test.each([
    [{ text: 'Ada', model: 'nobody' }, {}, 404, 'model: there is no model &#34;nobody&#34;'],
    [{ text: 'x'.repeat(11) }, { limits: { textLength: 10 } }, 413, 'text: expected at most 10 UTF-16 units, found 11'],
    [{ text: 'Ada' }, { taggers: [] }, 503, 'There is no model yet. Train one with'],
  ])('shows the form with what went wrong: %j', async (fields, options, status, message) => {
    const answer = await submit(fields as Record<string, string>, options);
    expect(answer.status).toBe(status);
    expect(answer.page).toContain('<form');
    expect(answer.page).toContain(`<p class="note error" id="note" role="status">${message}`);
  });

  test('takes a form of the greatest size, not one byte more', async () => {
    const limits = { formBytes: 100 };
    expect((await submit({ text: 'a'.repeat(95) }, { limits })).status).toBe(200);
    const { status, page } = await submit({ text: 'a'.repeat(96) }, { limits });
    expect(status).toBe(413);
    expect(page).toContain('the body must be at most 100 bytes');
    expect(page).toContain('Code <code>body_too_large</code>, limit 100');
  });

  test('refuses ten megabytes with a page, and takes a text of the longest', async () => {
    const { status, page } = await submit({ text: 'a'.repeat(10_000_000) });
    expect(status).toBe(413);
    expect(page).toContain('<h1>Payload Too Large</h1>');
    const text = 'Ada met nobody. '.repeat(40_000).trim();
    const large = await submit({ text });
    expect(large.status).toBe(200);
    expect(shownText(large.page)).toBe(text);
    expect(large.page.match(/<tr><td/g)).toHaveLength(1000);
    expect(large.page).toContain('<span id="omitted-count">39000</span> more');
  });

  test.each([
    ['application/json', '{"text":"Ada"}', 415, 'unsupported_media_type'],
    ['multipart/form-data; boundary=x', '--x--', 415, 'unsupported_media_type'],
    ['application/x-www-form-urlencoded', 'text=a&text=b', 400, 'invalid_request'],
    ['application/x-www-form-urlencoded', 'a=1&'.repeat(30), 400, 'invalid_request'],
    ['application/x-www-form-urlencoded', 'text[toString]=a', 422, ''],
  ])('refuses %s %j', async (type, body, status, code) => {
    const app = await startTestApp();
    const response = await fetch(`${app.url}/`, { method: 'POST', body, headers: { 'Content-Type': type } });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(code);
  });

  test('keeps a broken tagger to the log', async () => {
    const tagAll = () => {
      throw new AppError('damaged_model', 'checkpoint: tensor "w" has shape (1), expected (2)');
    };
    const { status, page, log } = await submit({ text: 'Ada' }, { taggers: [{ ...fakeTagger(), tagAll }] });
    expect(status).toBe(500);
    expect(page).toContain('<h1>Internal Server Error</h1>');
    expect(log).toHaveLength(1);
  });
});

const EPOCH = {
  devPrecision: 0.5,
  devRecall: 0.25,
  learningRate: 0.001,
  gradientNorm: 1.25,
  tokensPerSecond: 12_345.6,
  seconds: 1.25,
};
const RUN: RunWithEpochs = {
  corpus: 'letters.conll',
  recipe: 'tiny',
  id: 'r_1',
  status: 'finished',
  config: { cell: 'lstm', note: '</pre><script>' },
  seed: 0,
  dataSha256: 'd'.repeat(64),
  output: '/models/names',
  startedAt: '2026-01-02T03:04:05.678Z',
  finishedAt: '2026-01-02T03:14:05.678Z',
  modelName: 'names',
  modelVersion: 7,
  epochCount: 2,
  bestDevF1: 0.8765,
  epochs: [
    { epoch: 1, step: 1234, loss: 2, devF1: 0.5, ...EPOCH },
    { epoch: 2, step: 2468, loss: null, devF1: 0.8765, ...EPOCH },
  ],
};

test('the curves of chosen runs lie over each other, each with its name', async () => {
  const other = { ...RUN, id: 'r_2', corpus: 'more <b>.conll', startedAt: '2026-01-03T03:04:05.678Z' };
  const app = await startTestApp({ runs: [RUN, other] });
  const list = await (await app.get('/runs')).text();
  expect(list).toContain('<input type="checkbox" name="run" value="r_2"');
  const page = await (await app.get('/runs/curves?run=r_1&run=r_2')).text();
  expect(page.match(/<figure/g)).toHaveLength(2);
  expect(page.match(/<path class="line series-1"/g)).toHaveLength(4); // and in each legend
  expect(page).toContain('more &lt;b&gt;.conll, tiny, 2026-01-03 03:04');
  expect(await (await app.get('/runs/curves')).text()).toContain('tick them in the list of runs');
  expect((await app.get('/runs/curves?run=nobody')).status).toBe(404);
  expect((await app.get(`/runs/curves?${'run=r_1&'.repeat(6)}`)).status).toBe(413);
});

describe('GET /runs', () => {
  test('lists models and runs with their scores', async () => {
    const { finishedAt: _, modelName: __, modelVersion: ___, ...unfinished } = RUN;
    const failed: RunWithEpochs = { ...unfinished, id: 'a/b <i>', status: 'failed', bestDevF1: null, epochCount: 0 };
    const page = await (await (await startTestApp({ runs: [RUN, failed] })).get('/runs')).text();
    expect(page).toContain('names@7 <span class="badge">active</span>');
    expect(page).toContain(
      '<td class="number strong">87.50</td><td class="number">90.00</td><td class="number">85.00</td>',
    );
    expect(page).toContain('LOC, ORG, PER');
    expect(page).toContain('<a href="/runs/r_1">letters.conll, tiny</a>');
    expect(page).toContain('<span class="status finished">finished</span>');
    expect(page).toContain('<td class="number strong">87.65</td>');
    expect(page).toContain('2026-01-02 03:04');
    expect(page).toContain('<a href="/runs/a%2Fb%20%3Ci%3E">letters.conll, tiny</a>');
    expect(page).toContain('<span class="status failed">failed</span>');
  });

  test('has something to say when there is nothing', async () => {
    const page = await (await (await startTestApp({ taggers: [] })).get('/runs')).text();
    expect(page).toContain('No model yet.');
    expect(page).toContain('No run yet.');
  });
});

describe('GET /runs/:id', () => {
  test('draws and lists the epochs', async () => {
    const response = await (await startTestApp({ runs: [RUN] })).get('/runs/r_1');
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page.match(/<path class="line series-0" d="M[\d.,L]+Z?"\/>/g)).toHaveLength(2);
    expect(page).toContain('<title>epoch 2: 0.8765</title>');
    expect(page).toContain('<span class="badge">best</span> 87.65');
    expect(page).toContain('<td class="number">12,346</td>');
    expect(page).toContain('<td class="number">–</td>');
    expect(page).toContain('&lt;/pre&gt;&lt;script&gt;');
    expect(page).toContain('<dd>names@7</dd>');
  });

  test('finds an id with special characters', async () => {
    const app = await startTestApp({ runs: [{ ...RUN, id: 'a/b c' }] });
    expect((await app.get('/runs/a%2Fb%20c')).status).toBe(200);
  });

  test('shows a run without epochs, and why it failed', async () => {
    const failed: RunWithEpochs = {
      ...RUN,
      status: 'failed',
      error: '<b>NaN</b>',
      epochs: [],
      epochCount: 0,
      bestDevF1: null,
    };
    const page = await (await (await startTestApp({ runs: [failed] })).get('/runs/r_1')).text();
    expect(page).toContain('No epoch has been completed yet.');
    expect(page).toContain('&lt;b&gt;NaN&lt;/b&gt;');
    expect(page).not.toContain('<svg');
  });

  test('answers 404 for another', async () => {
    const response = await (await startTestApp({ runs: [RUN] })).get('/runs/r_2');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'there is no run "r_2"', code: 'not_found' });
  });
});

describe('assets', () => {
  test('are kept by browsers under an address that changes with their content', async () => {
    const app = await startTestApp();
    const page = await (await app.get('/')).text();
    const urls = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, url]) => url);
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) {
      expect(url).toMatch(/\?v=[0-9a-f]{12}$/);
      const response = await app.get(url);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000');
    }
  });
});
