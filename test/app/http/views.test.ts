import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { VIEWS } from '../../helpers/test-app.js';

const files = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).map((name) => join(VIEWS, name));
const pages = files.filter((name) => name.endsWith('.ejs'));

const CLIENT = fileURLToPath(new URL('../../../src/app/browser', import.meta.url));
const clientSources = readdirSync(CLIENT, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(CLIENT, name));

/** What came of an experiment, and charts: markup of `exhibit-html` and `chart`, whose tests say that they escape. */
const MARKUP: Readonly<Record<string, string>> = {
  'experiment.ejs': 'page.outcome',
  'curves.ejs': "page.curves.join('')",
  'run.ejs': "page.run.curves.join('')",
  'training.ejs': "page.curves.join('')",
};

describe.each(pages)('%s', (file) => {
  const source = readFileSync(file, 'utf8');

  test('escapes everything but its own parts', () => {
    const raw = [...source.matchAll(/<%-\s*(.*?)\s*-?%>/gs)].map(([, expression]) => expression);
    const markup = MARKUP[basename(file)];
    for (const expression of raw.filter((one) => one !== markup))
      expect(expression).toMatch(/^include\('partials\/[a-z]+'(, \{ (segments|why|pieces): [\w.]+ \})?\)$/);
  });

  test('has loops and conditions only', () => {
    const statements = [...source.matchAll(/<%(?![-=])\s*(.*?)\s*-?%>/gs)].map(([, statement]) => statement);
    const allowed = [/^\}$/, /^\} else \{$/, /^(\} else )?if \([^;]*\) \{$/, /^for \(const \w+ of [\w.]+\) \{$/];
    for (const statement of statements) {
      expect(
        allowed.some((pattern) => pattern.test(statement)),
        statement,
      ).toBe(true);
    }
  });

  test('has no inline script or style, and quotes every attribute', () => {
    const html = source.replace(/<%.*?%>/gs, 'x');
    expect(html).not.toMatch(/\sstyle=|\son\w+=|<style|javascript:/i);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*=(?!"")/);
  });
});

test('finds the pages', () => {
  expect(pages.length).toBeGreaterThanOrEqual(7);
});

test.each([...files, ...clientSources].filter((name) => /\.(ejs|css|ts|svg)$/.test(name)))(
  '%s loads nothing from elsewhere',
  (file) => {
    const source = readFileSync(file, 'utf8').replaceAll('http://www.w3.org/2000/svg', '');
    expect(source).not.toMatch(/https?:\/\/|\/\/[a-z]+\.[a-z]|@import/);
  },
);

test.each(clientSources)('%s writes text as text', (file) => {
  const source = readFileSync(file, 'utf8');
  expect(source).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|unsafe(HTML|SVG)/,
  );
});
