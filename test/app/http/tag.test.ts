import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { startTestApp } from '../../helpers/test-app.js';

const TEXT = 'Ada Lovelace met José in Zürich.';
const MODEL = { id: 'names', version: 7, sha256: '9c1f'.padEnd(64, '0') };

async function tag(body: unknown, options = {}) {
  const app = await startTestApp(options);
  const response = await app.postJson('/api/tag', body);
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
  return { status: response.status, headers: response.headers, body: (await response.json()) as any, log: app.log };
}

describe('POST /api/tag with one text', () => {
  test('answers exactly the documented shape', async () => {
    const { status, headers, body } = await tag({ text: TEXT, include: ['tokens', 'alternatives'], model: 'names@7' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    const entity = { source: 'model', alternatives: [{ label: 'MISC', score: 0.125 }] };
    expect(body).toEqual({
      model: MODEL,
      offset_unit: 'utf16',
      text_length: 32,
      entities: [
        {
          text: 'Ada Lovelace',
          label: 'PER',
          start: 0,
          end: 12,
          score: 0.375,
          token_start: 0,
          token_end: 2,
          ...entity,
        },
        { text: 'José', label: 'PER', start: 17, end: 21, score: 0.75, token_start: 3, token_end: 4, ...entity },
        { text: 'Zürich', label: 'LOC', start: 25, end: 31, score: 0.75, token_start: 5, token_end: 6, ...entity },
      ],
      tokens: [
        { text: 'Ada', start: 0, end: 3, tag: 'B-PER', score: 0.75 },
        { text: 'Lovelace', start: 4, end: 12, tag: 'I-PER', score: 0.5 },
        { text: 'met', start: 13, end: 16, tag: 'O', score: 0.75 },
        { text: 'José', start: 17, end: 21, tag: 'B-PER', score: 0.75 },
        { text: 'in', start: 22, end: 24, tag: 'O', score: 0.75 },
        { text: 'Zürich', start: 25, end: 31, tag: 'B-LOC', score: 0.75 },
        { text: '.', start: 31, end: 32, tag: 'O', score: 0.75 },
      ],
      ms: expect.any(Number),
    });
  });

  test.each([
    ['html', '<p>Ada <b>Lovelace</b> met Jos&eacute;.</p>', ['Ada <b>Lovelace', 'Jos&eacute;']],
    ['html', '<a href="/London">Swissair</a><!-- Ada -->', ['Swissair']],
    ['html', '<script>Ada</script>\n<li>Ada<li>met José', ['Ada', 'José']],
    ['markdown', 'See [Ada](http://London.example), **Swissair** and `José`.', ['Ada', 'Swissair', 'José']],
    ['markdown', '# Swissair\n\n- *Ada* Lovelace', ['Swissair', 'Ada* Lovelace']],
    ['text', '<b>Ada</b>', ['Ada']],
  ])('input %s: names of %j stand where the text has them', async (input, text, expected) => {
    const { body } = await tag({ text, input });
    expect(body.entities.map((entity: { text: string }) => entity.text)).toEqual(expected);
    for (const { text: name, start, end } of body.entities) expect(text.slice(start, end)).toBe(name);
    expect(body.text_length).toBe(text.length);
  });

  test('input holds for a batch, counts in the unit that is asked for, and is not for tokens', async () => {
    const texts = ['é <i>Ada</i>', '&#128512; Ada'];
    const { body } = await tag({ texts, input: 'html', offset_unit: 'utf8' });
    expect(body.results.map(({ entities: [{ start }] }: { entities: { start: number }[] }) => start)).toEqual([6, 10]);
    const refused = await tag({ tokens: ['Ada'], input: 'html' });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      code: 'invalid_request',
      details: [{ path: 'input', message: 'expected "text" where tokens are given, found "html"' }],
    });
    expect((await tag({ text: 'Ada', input: 'xml' })).status).toBe(400);
  });

  test('leaves the extras out unless they are asked for', async () => {
    const { body } = await tag({ text: 'Ada' });
    expect(Object.keys(body)).toEqual(['model', 'offset_unit', 'text_length', 'entities', 'ms']);
    expect(body.entities[0]).not.toHaveProperty('alternatives');
  });

  test.each([
    [0, 3],
    [0.375, 3],
    [0.3751, 2],
    [0.75, 2],
    [1, 0],
  ])('threshold %d leaves %d names', async (threshold, count) => {
    const { body } = await tag({ text: TEXT, threshold });
    expect(body.entities).toHaveLength(count);
  });

  test.each([{ text: 'Ada met Lind.' }, { texts: ['Ada met Lind.'] }, { tokens: ['Ada', 'met', 'Lind'] }])(
    'memory is on unless it is turned off, and names say that they lean on it: %j',
    async (request) => {
      const namesIn = async (options: object): Promise<string[]> => {
        const { body } = await tag({ ...request, ...options });
        const { entities } = body.results?.[0] ?? body;
        return entities.map((entity: { text: string; source: string }) => `${entity.text} ${entity.source}`);
      };
      expect(await namesIn({})).toEqual(['Ada model', 'Lind memory']);
      expect(await namesIn({ memory: true })).toEqual(['Ada model', 'Lind memory']);
      expect(await namesIn({ memory: false })).toEqual(['Ada model']);
    },
  );

  test.each([
    ['utf16', 14, 0, 3, 8, 12],
    ['codepoint', 12, 0, 3, 6, 10],
    ['utf8', 19, 0, 3, 12, 17],
  ])('counts in %s', async (offset_unit, text_length, start, end, joseStart, joseEnd) => {
    const { body } = await tag({ text: 'Ada 😀𝒳José\u0000!', offset_unit, include: ['tokens'] });
    expect(body).toMatchObject({ offset_unit, text_length });
    expect(body.entities[0]).toMatchObject({ text: 'Ada', start, end });
    const jose = body.tokens.find((token: { text: string }) => token.text.endsWith('José'));
    expect(jose.end).toBe(joseEnd);
    expect(jose.start).toBeLessThanOrEqual(joseStart);
  });

  test.each([
    ['NUL', '\0Ada\0', 1],
    ['a lone high surrogate', '\ud83d Ada', 2],
    ['a lone low surrogate', '\ude00 Ada \ud83d', 2],
    ['a byte order mark', '\ufeffAda', 1],
    ['line breaks', '\r\n\u2028\t Ada', 5],
    ['markup', '<script>alert(1)</script>Ada', 25],
  ])('takes %s as text', async (_, text, start) => {
    const { status, body } = await tag({ text });
    expect(status).toBe(200);
    expect(body.text_length).toBe(text.length);
    expect(body.entities).toMatchObject([{ text: 'Ada', start, end: start + 3 }]);
    expect(text.slice(start, start + 3)).toBe('Ada');
  });

  test('counts a lone surrogate as one code point and as the three bytes that replace it', async () => {
    const text = '\ud83dAda';
    const tagger = fakeTagger({ names: { Ada: 'PER' } });
    expect((await tag({ text, offset_unit: 'codepoint' }, { taggers: [tagger] })).body.entities[0].start).toBe(1);
    expect((await tag({ text, offset_unit: 'utf8' }, { taggers: [tagger] })).body.entities[0].start).toBe(3);
  });

  test('answers an empty text with no names', async () => {
    const { status, body } = await tag({ text: '', include: ['tokens'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ text_length: 0, entities: [], tokens: [] });
  });

  test('gives a label of markup as it is, for it is JSON', async () => {
    const { body } = await tag({ text: 'Ada' }, { taggers: [fakeTagger({ names: { Ada: '<script>' } })] });
    expect(body.entities[0].label).toBe('<script>');
  });

  test('takes a text of the greatest length, not one of more', async () => {
    const limits = { textLength: 10 };
    expect((await tag({ text: 'a'.repeat(10) }, { limits })).status).toBe(200);
    const { status, body } = await tag({ text: 'a'.repeat(11) }, { limits });
    expect(status).toBe(413);
    expect(body).toEqual({
      error: 'text: expected at most 10 UTF-16 units, found 11',
      code: 'text_too_long',
      limit: 10,
    });
  });

  test('tags a megabyte, last line and all', async () => {
    const text = `${'nobody is here\n'.repeat(66_000)}Ada`;
    const { status, body } = await tag({ text });
    expect(status).toBe(200);
    expect(body.entities).toMatchObject([{ text: 'Ada', start: 990_000, end: 990_003 }]);
  });
});

describe('POST /api/tag with tokens', () => {
  test('echoes the text that the offsets count in', async () => {
    const { body } = await tag({ tokens: ['Ada', 'Lovelace', 'met', '😀', 'José'], offset_unit: 'codepoint' });
    expect(body).toMatchObject({ text: 'Ada Lovelace met 😀 José', text_length: 23 });
    expect(body.entities).toMatchObject([
      { text: 'Ada Lovelace', start: 0, end: 12, token_start: 0, token_end: 2 },
      { text: 'José', start: 19, end: 23, token_start: 4, token_end: 5 },
    ]);
  });

  test('answers lists of tokens as a batch', async () => {
    const { status, body } = await tag({ tokens: [['Ada'], [], ['Zürich', '']], threshold: 0.5 });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['model', 'offset_unit', 'results', 'ms']);
    const path = 'tokens[2][1]';
    const message = 'expected a token of at least one character, found ""';
    expect(body.results).toMatchObject([
      { text: 'Ada', entities: [{ text: 'Ada' }] },
      { text: '', text_length: 0, entities: [] },
      { error: { error: `${path}: ${message}`, code: 'invalid_request', details: [{ path, message }] }, index: 2 },
    ]);
  });

  test.each([
    [[], ''],
    [['a b', 'c'], 'a b c'],
  ])('takes %j', async (tokens, text) => {
    const { status, body } = await tag({ tokens });
    expect(status).toBe(200);
    expect(body.text).toBe(text);
  });

  test.each([
    [[1], 'tokens[0]', 'expected a text, found a value of type number'],
    [['a', null], 'tokens[1]', 'expected a text, found null'],
    [['a', ''], 'tokens[1]', 'expected a token of at least one character, found ""'],
  ])('refuses %j', async (tokens, path, message) => {
    const { status, body } = await tag({ tokens });
    expect(status).toBe(400);
    expect(body).toEqual({ error: `${path}: ${message}`, code: 'invalid_request', details: [{ path, message }] });
  });

  test('counts the spaces between tokens in the length', async () => {
    const limits = { textLength: 5 };
    expect((await tag({ tokens: ['ab', 'cd'] }, { limits })).status).toBe(200);
    const { status, body } = await tag({ tokens: ['ab', 'cde'] }, { limits });
    expect(status).toBe(413);
    expect(body).toMatchObject({ code: 'text_too_long', limit: 5 });
  });
});

describe('POST /api/tag with a batch', () => {
  test('keeps the order and answers bad items as errors', async () => {
    const texts = ['Ada', 5, 'nobody', null, ['Ada'], 'x'.repeat(41), '\ud800', 'José in Zürich'];
    const { status, body } = await tag({ texts }, { limits: { textLength: 40 } });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['model', 'offset_unit', 'results', 'ms']);
    expect(body.results).toHaveLength(texts.length);
    const bad = (index: number, message: string) => {
      const path = `texts[${index}]`;
      return { error: { error: `${path}: ${message}`, code: 'invalid_request', details: [{ path, message }] }, index };
    };
    expect(body.results).toMatchObject([
      { text_length: 3, entities: [{ text: 'Ada' }] },
      bad(1, 'expected a text, found a value of type number'),
      { text_length: 6, entities: [] },
      bad(3, 'expected a text, found null'),
      bad(4, 'expected a text, found a list'),
      {
        error: { error: 'texts[5]: expected at most 40 UTF-16 units, found 41', code: 'text_too_long', limit: 40 },
        index: 5,
      },
      { text_length: 1, entities: [] },
      { text_length: 14, entities: [{ text: 'José' }, { text: 'Zürich' }] },
    ]);
    for (const result of body.results) expect('error' in result).toBe('index' in result);
  });

  test('answers the same as one by one', async () => {
    const texts = ['Ada Lovelace 😀', '', 'Zürich'];
    const options = { offset_unit: 'utf8', include: ['tokens'], threshold: 0.5 };
    const { body } = await tag({ texts, ...options });
    for (const [index, text] of texts.entries()) {
      const { text_length, entities, tokens } = (await tag({ text, ...options })).body;
      expect(body.results[index]).toEqual({ text_length, entities, tokens });
    }
  });

  test('answers an empty batch', async () => {
    expect((await tag({ texts: [] })).body.results).toEqual([]);
  });

  test.each(['texts', 'tokens'])('takes the greatest number of %s, not one more', async (name) => {
    const item = name === 'texts' ? 'Ada' : ['Ada'];
    const limits = { texts: 3 };
    expect((await tag({ [name]: [item, item, item] }, { limits })).body.results).toHaveLength(3);
    const { status, body } = await tag({ [name]: [item, item, item, item] }, { limits });
    expect(status).toBe(413);
    expect(body).toEqual({ error: `${name}: expected at most 3 texts, found 4`, code: 'too_many_texts', limit: 3 });
  });

  test('lets other requests in between', async () => {
    const order: string[] = [];
    const tagger = fakeTagger();
    const watched: Tagger = {
      ...tagger,
      tagAll(texts, options) {
        order.push('tag');
        return tagger.tagAll(texts, options);
      },
    };
    const app = await startTestApp({ taggers: [watched] });
    const batch = app.postJson('/api/tag', { texts: Array(20).fill('nobody is here '.repeat(3400)) });
    while (order.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await app.get('/healthz').then(() => order.push('health'));
    expect((await batch).status).toBe(200);
    expect(order.filter((entry) => entry === 'tag')).toHaveLength(20);
    expect(order.indexOf('health')).toBeLessThan(order.length - 1);
  });

  test.each([
    [new AppError('numerical_failure', 'the scores are not finite'), 'the scores are not finite', 'numerical_failure'],
    [new RangeError('boom'), 'something went wrong inside the server; its log tells more', 'internal'],
  ])('does not fail when the tagger does: %s', async (thrown, message, code) => {
    const tagger = fakeTagger();
    const failing: Tagger = {
      ...tagger,
      tagAll(texts, options) {
        if (texts.includes('bad')) throw thrown;
        return tagger.tagAll(texts, options);
      },
    };
    const { status, body, log } = await tag({ texts: ['Ada', 'bad', 'Zürich'] }, { taggers: [failing] });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { entities: [{ text: 'Ada' }] },
      { error: { error: message, code }, index: 1 },
      { entities: [{ text: 'Zürich' }] },
    ]);
    expect(log).toEqual(code === 'internal' ? ['web: POST /api/tag: texts[1]: boom'] : []);
  });
});

describe('POST /api/tag refuses', () => {
  const found = (count: number) => `expected exactly one of text, texts and tokens, found ${count}`;
  test.each([
    [{}, '', found(0)],
    [{ text: 'a', texts: ['b'] }, '', found(2)],
    [{ text: 'a', texts: [], tokens: [] }, '', found(3)],
    [{ text: 5 }, 'text', 'invalid input: expected string, received number'],
    [{ text: null }, 'text', 'invalid input: expected string, received null'],
    [{ texts: 'Ada' }, 'texts', 'invalid input: expected array, received string'],
    [{ tokens: { 0: 'Ada' } }, 'tokens', 'invalid input: expected array, received object'],
    [{ text: 'a', threshold: -0.01 }, 'threshold', 'too small: expected number to be >=0'],
    [{ text: 'a', threshold: 1.01 }, 'threshold', 'too big: expected number to be <=1'],
    [{ text: 'a', memory: 'off' }, 'memory', 'invalid input: expected boolean, received string'],
    [{ text: 'a', threshold: '0.5' }, 'threshold', 'invalid input: expected number, received string'],
    [{ text: 'a', offset_unit: 'bytes' }, 'offset_unit', 'invalid option: expected one of "utf16"|"codepoint"|"utf8"'],
    [{ text: 'a', include: ['tokens', 'x'] }, 'include[1]', 'invalid option: expected one of "tokens"|"alternatives"'],
    [{ text: 'a', include: 'tokens' }, 'include', 'invalid input: expected array, received string'],
    [{ text: 'a', model: '' }, 'model', 'too small: expected string to have >=1 characters'],
    [{ text: 'a', treshold: 0.5 }, '', 'unrecognized key: "treshold"'],
    [['Ada'], '', 'invalid input: expected object, received array'],
    ['Ada', '', 'invalid input: expected object, received string'],
    [null, '', 'invalid input: expected object, received null'],
  ])('%j', async (request, path, message) => {
    const { status, body } = await tag(request);
    expect(status).toBe(400);
    expect(body).toEqual({
      error: `${path || 'request'}: ${message}`,
      code: 'invalid_request',
      details: [{ path, message }],
    });
  });

  test('names every place that is wrong', async () => {
    const { body } = await tag({ text: 5, threshold: 2 });
    expect(body.details.map(({ path }: { path: string }) => path)).toEqual(['text', 'threshold']);
    expect(body.error).toBe('text: invalid input: expected string, received number (and 1 more)');
  });

  test('a model that is not there', async () => {
    const { status, body } = await tag({ text: 'a', model: 'nobody@3' });
    expect(status).toBe(404);
    expect(body).toEqual({ error: 'model: there is no model "nobody@3"', code: 'unknown_model' });
  });

  test('to answer without any model', async () => {
    const { status, body, log } = await tag({ text: 'a' }, { taggers: [] });
    expect(status).toBe(503);
    expect(body).toEqual({ error: 'there is no model yet', code: 'no_model' });
    expect(log).toEqual([]);
  });

  test('to show what went wrong inside', async () => {
    const tagAll = () => {
      throw new TypeError('secret\n  at line 2');
    };
    const { status, body, log } = await tag({ text: 'a' }, { taggers: [{ ...fakeTagger(), tagAll }] });
    expect(status).toBe(500);
    expect(body).toEqual({
      error: 'something went wrong inside the server; its log tells more',
      code: 'internal',
    });
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^web: POST \/api\/tag: TypeError: secret \| at line 2 \| at /);
    expect(log[0]).not.toContain('\n');
  });

  test('uses the model that is named', async () => {
    const taggers = [fakeTagger(), fakeTagger({ model: { version: 6 }, names: { Ada: 'ORG' } })];
    const { body } = await tag({ text: 'Ada', model: 'names@6' }, { taggers });
    expect(body.model).toEqual({ ...MODEL, version: 6 });
    expect(body.entities[0].label).toBe('ORG');
    expect((await tag({ text: 'Ada' }, { taggers })).body.model.version).toBe(7);
  });
});
