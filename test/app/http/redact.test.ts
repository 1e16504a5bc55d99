import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { THRESHOLD_COSTS } from '#app/http/pages/redact-page.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { startTestApp, unescapeHtml } from '../../helpers/test-app.js';

const TEXT = 'Ada Lovelace wrote to José in Zürich, ada@example.org. José is 😀.';

describe('POST /api/redact', () => {
  test('hides names and addresses, and says what stood where', async () => {
    const { postJson } = await startTestApp();
    const response = await postJson('/api/redact', { text: TEXT });
    expect(response.status).toBe(200);
    const { text, items, model, offset_unit, key } = await response.json();
    expect(text).toBe('<PER> wrote to <PER> in <LOC>, <EMAIL_ADDRESS>. <PER> is 😀.');
    expect(items).toHaveLength(5);
    expect(items[0]).toEqual({ label: 'PER', operator: 'replace', start: 0, end: 5, source_start: 0, source_end: 12 });
    for (const item of items) expect(text.slice(item.start, item.end)).toBe(`<${item.label}>`);
    expect(items.map((item: Record<string, number>) => TEXT.slice(item.source_start, item.source_end))).toEqual([
      'Ada Lovelace',
      'José',
      'Zürich',
      'ada@example.org',
      'José',
    ]);
    expect([model.id.length > 0, offset_unit, key]).toEqual([true, 'utf16', undefined]);
  });

  test('a batch shares its pseudonyms; a bad entry fails alone; the key brings all back', async () => {
    const { postJson } = await startTestApp();
    const texts = ['Ada met José.', 8, 'José met Ada.'];
    const body = { texts, operators: { DEFAULT: { type: 'pseudonym' } } };
    const { results, key } = await (await postJson('/api/redact', body)).json();
    expect(results[0].text).toBe('<PER_1> met <PER_2>.');
    expect(results[1]).toMatchObject({ index: 1, error: { code: 'invalid_request' } });
    expect(results[2].text).toBe('<PER_2> met <PER_1>.');
    expect(key).toEqual({ version: 1, words: { PER_1: 'Ada', PER_2: 'José' } });
    const restored = await postJson('/api/redact/restore', { text: `${results[0].text} ${results[2].text}`, key });
    expect(await restored.json()).toEqual({ text: 'Ada met José. José met Ada.' });
    const later = await (await postJson('/api/redact', { ...body, texts: ['José met Lovelace.'], key })).json();
    expect(later.results[0].text).toBe('<PER_2> met <PER_3>.');
  });

  test('what is encrypted comes back with the secret, and with no other; text that looks like ours survives', async () => {
    const { postJson } = await startTestApp();
    const secret = 'a phrase that is long';
    const body = { text: 'Ada wrote <PER_1>.', operators: { DEFAULT: { type: 'encrypt', secret } } };
    const { text, key } = await (await postJson('/api/redact', body)).json();
    expect(text).toMatch(/^<PER:[\w-]{38,}> wrote <TEXT_1>\.$/);
    const restore = (given: object) => postJson('/api/redact/restore', { text, ...given });
    expect(await (await restore({ secret, key })).json()).toEqual({ text: 'Ada wrote <PER_1>.' });
    for (const given of [{ secret: 'another phrase, also long', key }, { key }, { secret }])
      expect(await (await restore(given)).json()).toMatchObject({ code: 'invalid_argument' });
  });

  test.each([
    [{ type: 'redact' }, ' met .'],
    [{ type: 'mask' }, '*** met ****.'],
    [{ type: 'mask', masking_char: '#', chars_to_mask: 2, from_end: true }, 'A## met Jo##.'],
    [{ type: 'replace', new_value: 'somebody' }, 'somebody met somebody.'],
    [{ type: 'keep' }, 'Ada met José.'],
  ])('operator %j', async (operator, expected) => {
    const { postJson } = await startTestApp();
    const body = { text: 'Ada met José.', operators: { DEFAULT: operator } };
    expect((await (await postJson('/api/redact', body)).json()).text).toBe(expected);
  });

  test('an operator of one label goes before DEFAULT; kinds and thresholds leave things as they are', async () => {
    const { postJson } = await startTestApp();
    const redacted = async (body: object) =>
      (await (await postJson('/api/redact', { text: TEXT, ...body })).json()).text;
    expect(await redacted({ operators: { LOC: { type: 'keep' } }, kinds: [] })).toBe(
      '<PER> wrote to <PER> in Zürich, ada@example.org. <PER> is 😀.',
    );
    expect(await redacted({ threshold: 0.5 })).toBe(
      'Ada Lovelace wrote to <PER> in <LOC>, <EMAIL_ADDRESS>. <PER> is 😀.',
    );
    const { items } = await (await postJson('/api/redact', { text: '😀 Ada', offset_unit: 'codepoint' })).json();
    expect(items[0]).toMatchObject({ start: 2, end: 7, source_start: 2, source_end: 5 });
  });

  test('a text without names comes back as it is', async () => {
    const { postJson } = await startTestApp();
    for (const text of ['', 'nobody came', '\n'])
      expect(await (await postJson('/api/redact', { text })).json()).toMatchObject({ text, items: [] });
  });

  test.each([
    [{}, 400, 'invalid_request'],
    [{ text: 8 }, 400, 'invalid_request'],
    [{ text: 'a', texts: ['a'] }, 400, 'invalid_request'],
    [{ text: 'a', operators: { PER: { type: 'hide' } } }, 400, 'invalid_request'],
    [{ text: 'a', operators: { PER: { type: 'encrypt', secret: 'short' } } }, 400, 'invalid_request'],
    [{ text: 'a', operators: { PER: { type: 'mask', masking_char: 'ab' } } }, 400, 'invalid_argument'],
    [{ text: 'a', kinds: ['PHONE'] }, 400, 'invalid_request'],
    [{ text: 'a', region: 'gb' }, 400, 'invalid_request'],
    [{ text: 'a', region: 'XX' }, 400, 'invalid_argument'],
    [{ text: 'a', key: { version: 1, words: { 'no placeholder': 'a' } } }, 400, 'invalid_argument'],
    [{ text: 'a', word_threshold: 2 }, 400, 'invalid_request'],
    [{ text: 'a', model: 'nobody' }, 404, 'unknown_model'],
    [{ text: 'a'.repeat(50) }, 413, 'text_too_long'],
    [{ texts: ['a', 'b', 'c', 'd'] }, 413, 'too_many_texts'],
  ])('%j is answered with %i %s', async (body, status, code) => {
    const { postJson } = await startTestApp({ limits: { textLength: 40, texts: 3 } });
    const response = await postJson('/api/redact', body);
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
  });

  test('asks for a token of the scope tag where the server does, and refuses pages elsewhere', async () => {
    const access = { scopeOf: (token: string) => (token === 'right' ? ('tag' as const) : undefined) };
    const { postJson, get } = await startTestApp({ access });
    for (const path of ['/api/redact', '/api/redact/restore']) {
      expect((await postJson(path, { text: 'a' })).status).toBe(401);
      const headers = { Authorization: 'Bearer right' };
      expect((await postJson(path, { text: 'a' }, headers)).status).toBe(200);
      expect((await postJson(path, { text: 'a' }, { ...headers, Origin: 'http://elsewhere.example' })).status).toBe(
        403,
      );
    }
    expect((await get('/redact')).status).toBe(401);
  });

  test('telephone numbers with a country code, and those of a region', async () => {
    const { postJson } = await startTestApp();
    const text = `${'Nobody came. '.repeat(769)}+41 44 668 18 00 or 020 7946 0958.`; // the first one crosses a slice
    const redacted = async (body: object) => (await (await postJson('/api/redact', { text, ...body })).json()).text;
    expect(await redacted({})).toMatch(/came\. <PHONE_NUMBER> or 020 7946 0958\.$/);
    expect(await redacted({ region: 'GB' })).toMatch(/came\. <PHONE_NUMBER> or <PHONE_NUMBER>\.$/);
    expect(await redacted({ kinds: ['URL'] })).toBe(text);
  });

  test('a hundred thousand addresses are hidden like one', async () => {
    const { postJson } = await startTestApp();
    const kinds = ['EMAIL_ADDRESS'];
    const response = await postJson('/api/redact', { text: 'a@b.ch '.repeat(140_000), kinds });
    expect([response.status, (await response.json()).items.length]).toEqual([200, 140_000]);
  });
});

describe('the page /redact, without JavaScript', () => {
  const post = async (url: string, fields: Record<string, string>) => {
    const response = await fetch(`${url}/redact`, {
      method: 'POST',
      body: String(new URLSearchParams(fields)),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' },
    });
    return { status: response.status, html: await response.text() };
  };
  const shown = (html: string): string | undefined => {
    const found = /<pre id="redacted"[^>]*>([^<]*)<\/pre>/.exec(html)?.[1];
    return found === undefined ? undefined : unescapeHtml(found);
  };

  test('shows a form, what every choice costs, and no result', async () => {
    const { get } = await startTestApp();
    const html = await (await get('/redact')).text();
    expect(shown(html)).toBeUndefined();
    expect(html).toContain('A name that the model misses stays in the text');
    expect(html).toContain('aria-current="page">Redact</a>');
    expect(html).toContain('card numbers and telephone numbers');
  });

  test('hides names as it is told, lists what it replaced, and keeps what was typed and chosen', async () => {
    const { url } = await startTestApp();
    const { status, html } = await post(url, { text: TEXT, operator: 'pseudonym', threshold: '0.3' });
    expect(status).toBe(200);
    expect(shown(html)).toBe('<PER_1> wrote to <PER_2> in <LOC_1>, <EMAIL_ADDRESS_1>. <PER_2> is 😀.');
    expect(html).toContain('<option value="pseudonym" selected>');
    expect(html).toContain('<option value="0.3" selected>');
    expect(html.match(/<td dir="auto">José<\/td><td dir="auto"><code>&lt;PER_2&gt;<\/code><\/td>/g)).toHaveLength(2);
    expect(unescapeHtml(html)).toContain('"PER_1": "Ada Lovelace"');
    expect(unescapeHtml(html)).toContain(TEXT);
  });

  test('what stands in a text is never taken for markup', async () => {
    const { url } = await startTestApp();
    const { html } = await post(url, { text: '</textarea></pre><script>alert("Ada")</script>', operator: 'mask' });
    expect(html).not.toContain('<script>alert');
    expect(shown(html)).toBe('</textarea></pre><script>alert("***")</script>');
  });

  test.each([
    [{ text: '' }, 422, 'There is nothing to redact yet'],
    [{ text: 'Nobody came.' }, 200, 'Nothing was found to hide'],
    [{ text: 'a'.repeat(41) }, 413, 'at most 40 UTF-16 units'],
    [{ text: 'a', model: 'nobody' }, 404, 'there is no model'],
    [{ text: 'a', operator: 'encrypt' }, 400, 'operator'],
  ])('%j: %i', async (fields, expected, message) => {
    const { url } = await startTestApp({ limits: { textLength: 40 } });
    const { status, html } = await post(url, fields as Record<string, string>);
    expect([status, unescapeHtml(html).includes(message)]).toEqual([expected, true]);
  });

  test('tells the figures of docs/redaction.md', () => {
    const document = readFileSync(new URL('../../../docs/redaction.md', import.meta.url), 'utf8');
    for (const { threshold, hidden, right, hiddenOnWeb, rightOnWeb } of THRESHOLD_COSTS)
      expect(document).toContain(`| ${threshold || 'none'} | ${hidden} | ${right} | ${hiddenOnWeb} | ${rightOnWeb} |`);
  });

  test('a model that was loaded under another name is asked for by it', async () => {
    const { url } = await startTestApp({
      taggers: [fakeTagger(), fakeTagger({ model: { id: 'other', version: 2 }, names: { came: 'VERB' } })],
    });
    const { html } = await post(url, { text: 'Ada came.', model: 'other@2' });
    expect(shown(html)).toBe('Ada <VERB>.');
  });
});
