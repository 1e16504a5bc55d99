import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '#app/http/app.js';
import { EXAMPLES } from '#app/http/pages/examples.js';
import type { RunWithEpochs } from '#app/store/run-record.js';
import { AppError } from '#base/errors.js';
import { findChromium, visit } from '../../helpers/chromium.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { unescapeHtml, VIEWS } from '../../helpers/test-app.js';

const EPOCH = {
  devPrecision: 0.5,
  devRecall: 0.5,
  learningRate: 1e-3,
  gradientNorm: 1,
  tokensPerSecond: 1,
  seconds: 1,
};
const RUN: RunWithEpochs = {
  id: 'r_0123456789abcdef0123456789abcdef0123456789abcdef',
  status: 'running',
  config: { path: '/a/very/long/path/without/any/space/'.repeat(5) },
  seed: 0,
  dataSha256: 'd'.repeat(64),
  output: '/a/very/long/path/without/any/space/'.repeat(5),
  startedAt: '2026-01-02T03:04:05.678Z',
  epochCount: 2,
  bestDevF1: 0.5,
  epochs: [1, 2].map((epoch) => ({ epoch, step: epoch, loss: 1 / epoch, devF1: epoch / 4, ...EPOCH })),
};

/**
 * The application with `driver` added to the script of its pages: what a reader would do by hand, under the same
 * content security policy. Returns its address.
 */
async function serve(driver = '', names?: Record<string, string>): Promise<string> {
  const tagger = fakeTagger(names === undefined ? {} : { names });
  const app = createApp({
    viewsDirectory: VIEWS,
    log: () => {},
    models: { list: () => [], get: async () => tagger },
    runs: {
      list: () => [RUN],
      get(id) {
        if (id === RUN.id) return RUN;
        throw new AppError('not_found', `there is no run ${'x'.repeat(200)}`);
      },
    },
  });
  const script = `${readFileSync(join(VIEWS, 'assets', 'page.js'), 'utf8')}\n{\n${driver}\n}\n`;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/assets/page.js') response.setHeader('Content-Type', 'text/javascript').end(script);
    else if (pathname === '/in-frame')
      response.setHeader('Content-Type', 'text/html').end(frame(searchParams.get('of')!));
    else app(request, isFramed(request) ? allowFrames(response) : response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A window of a browser without a screen is at least 500 pixels wide; a frame in it can be as narrow as a telephone. */
function frame(path: string): string {
  return `<!doctype html><iframe width="360" height="800" style="border: 0" src="${path}"></iframe>`;
}

function isFramed({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-dest'] === 'iframe';
}

function allowFrames(response: ServerResponse): ServerResponse {
  const { writeHead } = response;
  response.writeHead = ((...parameters: Parameters<typeof writeHead>) => {
    response.removeHeader('X-Frame-Options');
    response.removeHeader('Content-Security-Policy');
    return writeHead.apply(response, parameters);
  }) as typeof writeHead;
  return response;
}

/** Puts a text into the field as if it were typed. */
const typing = (text: string) => `
  const text = document.getElementById('text');
  text.value = ${JSON.stringify(text)};
  text.dispatchEvent(new Event('input', { bubbles: true }));`;

const browser = findChromium();

describe.skipIf(browser === undefined)(`in ${browser ?? 'a browser: none found, set CHROMIUM'}`, () => {
  const open = (url: string, options = {}) => visit(url, { browser: browser!, ...options });

  test('nothing is refused by the content security policy, and the shortcut is shown', async () => {
    const { dom, console } = await open(await serve());
    expect(console).toEqual([]);
    expect(dom).toContain('<span class="quiet" id="shortcut">');
    const names = fakeTagger().tag(EXAMPLES[0]).entities;
    expect(names.length).toBeGreaterThan(2);
    expect(marks(dom)).toHaveLength(names.length);
  });

  test('tags while the reader pauses, exactly as the server writes it', async () => {
    const text = '<script>alert("Ada")</script>\n  Zürich &amp; 😀 José Lovelace';
    const { dom, console } = await open(await serve(typing(text)));
    expect(console).toEqual([]);

    const url = await serve();
    const form = String(new URLSearchParams({ text }));
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const page = await (await fetch(url, { method: 'POST', body: form, headers })).text();
    expect(marks(dom)).toEqual(marks(page));
    expect(marks(dom)).toHaveLength(3);
    expect(shown(dom)).toBe(text);
    expect(rows(dom)).toEqual(rows(page));
    expect(legend(dom)).toEqual(legend(page));
    expect(dom).toMatch(/<span id="summary" role="status">3 names in [\d.]+ ms<\/span>/);
    const body = JSON.stringify({ text }).replaceAll("'", "'\\''");
    expect(unescapeHtml(/<code id="curl">(.*?)<\/code>/s.exec(dom)![1])).toContain(`--data-binary '${body}'`);
  });

  test('writes a label of markup as text', async () => {
    const label = '<img src=x onerror=alert(1)>';
    const { dom, console } = await open(await serve(typing('Ada'), { Ada: label }));
    expect(console).toEqual([]);
    expect(dom).not.toContain('<img src="x"');
    expect(dom).toContain('<span class="ent-label">&lt;img src=x onerror=alert(1)&gt;</span>');
  });

  test('tells when the text is too long, and goes on when it is not any more', async () => {
    const tooLong = `${typing('x').replace('"x"', '"x".repeat(1000001)')}`;
    const { dom } = await open(await serve(tooLong));
    expect(dom).toContain('<p class="note error" id="note" role="status">text: expected at most 1000000 UTF-16 units');
    const { dom: after } = await open(await serve(`${typing('')} setTimeout(() => { ${typing('José')} }, 1000);`));
    expect(after).toMatch(/id="note" role="status" hidden=""><\/p>/);
    expect(rows(after)).toEqual([['José', 'PER person', '0', '4', '0.750']]);
  });

  test('submits with Ctrl and Enter; the browser vouches for its own form', async () => {
    const press = `
      if (!sessionStorage.done) {
        sessionStorage.done = '1';
        ${typing('\nAda met\n\nJosé')}
        text.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true }));
      } else document.documentElement.dataset.submitted = 'yes';`;
    const { dom } = await open(await serve(press));
    expect(dom).toContain('data-submitted="yes"');
    expect(shown(dom)).toBe('\nAda met\n\nJosé');
    expect(rows(dom).map(([text, , start]) => [text, start])).toEqual([
      ['Ada', '1'],
      ['José', '10'],
    ]);
  });

  test.each(['/', '/runs', `/runs/${RUN.id}`, '/runs/nobody'])('%s fits a screen of 360 pixels', async (path) => {
    const measure = `
      const { scrollWidth } = document.documentElement;
      if (parent !== window) parent.document.documentElement.dataset.width = innerWidth + ' ' + scrollWidth;`;
    const { dom } = await open(`${await serve(measure)}/in-frame?of=${encodeURIComponent(path)}`);
    expect(/data-width="([^"]*)"/.exec(dom)?.[1]).toBe('360 360');
  });

  test.each(['light', 'dark'] as const)('text stands out from its ground in the %s scheme', async (scheme) => {
    const names = Object.fromEntries([...'abcdefghij'].map((letter) => [letter, `type-${letter}`]));
    const measure = `${typing('a . b . c . d . e . f . g . h . i . j')}
      const channels = (colour) => {
        const found = colour.match(/[\\d.]+/g).map(Number);
        return colour.startsWith('color') ? found.slice(0, 3) : found.slice(0, 3).map((value) => value / 255);
      };
      const luminance = (colour) => {
        const [red, green, blue] = channels(colour).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const ground = (node) => {
        const { backgroundColor } = getComputedStyle(node);
        return /, 0\\)$/.test(backgroundColor) && node.parentElement ? ground(node.parentElement) : backgroundColor;
      };
      const contrast = (node) => {
        const [low, high] = [getComputedStyle(node).color, ground(node)].map(luminance).sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
      };
      setTimeout(() => {
        const nodes = [...document.querySelectorAll('.swatch, .ent, .ent-label, .quiet, a, button, caption, h1, li, pre')];
        document.documentElement.dataset.contrast = nodes.length + ' ' + Math.min(...nodes.map(contrast)).toFixed(2);
      }, 2000);`;
    const { dom } = await open(await serve(measure, names), { scheme });
    const [count, least] = /data-contrast="([^"]*)"/.exec(dom)![1].split(' ').map(Number);
    expect(count).toBeGreaterThan(40);
    // WCAG 2.2, success criterion 1.4.3.
    expect(least).toBeGreaterThanOrEqual(4.5);
  });
});

function marks(page: string): string[][] {
  return [...page.matchAll(/<mark ([^>]*)>(.*?)<\/mark>/gs)]
    .filter(([, attributes]) => attributes.includes('title='))
    .map(([, attributes, content]) => [
      ...['class', 'data-label', 'title', 'aria-label', 'role', 'tabindex'].map((name) => {
        return unescapeHtml(new RegExp(`(?<=^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
      }),
      unescapeHtml(content.replace(/<[^>]*>/g, '|'))
        .replace(/^\|/, '')
        .replace('||', '|'),
    ]);
}

function shown(page: string): string {
  const inside = /<div class="tagged"[^>]*>(.*?)<\/div>/s.exec(page)![1];
  return unescapeHtml(inside.replace(/<span class="ent-label">.*?<\/span>/gs, '').replace(/<[^>]*>/g, ''));
}

function rows(page: string): string[][] {
  const body = /<tbody id="rows">(.*?)<\/tbody>/s.exec(page)![1];
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => unescapeHtml(cell.replace(/<[^>]*>/g, '').trim())),
  );
}

function legend(page: string): string[][] {
  const list = /<ul class="legend"[^>]*>(.*?)<\/ul>/s.exec(page)![1];
  return [...list.matchAll(/<li ([^>]*)>.*?<b class="count">(\d+)<\/b>/g)].map(([, ...entry]) => entry);
}
