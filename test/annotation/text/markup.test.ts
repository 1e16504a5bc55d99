import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLikeHtml, readHtml } from '#annotation/text/markup/html-text.js';
import { readMarkdown } from '#annotation/text/markup/markdown-text.js';

describe('T6: the text of HTML', () => {
  test.each([
    ['Marks &amp; Sons', 'Marks & Sons'],
    ['Jos&eacute; M&#252;ller &#x41;', 'José Müller A'],
    ['Delta &amp Sons &unknown; &#xFFFFFFF; & so', 'Delta & Sons &unknown; � & so'],
    ['<b>Vex</b>tor <a href="x">Ltd</a>', 'Vextor Ltd'],
    ['<p>Mina</p>', '\n\nMina\n\n'],
    ['Mina<br>Omar', 'Mina\nOmar'],
    ['<td>Mina<td>Omar', '\tMina\tOmar'],
    ['<x-name>Mina</x-name>', '\tMina\t'],
    ['a <!-- b --> c', 'a  c'],
    ['<script>if (a < b) "</p>"</script>x', 'x'],
    ['<style>b</style><!doctype html><?xml ?>x', 'x'],
    ['<p title="a > b" class=\'c\'>x', '\n\nx'],
    ['3 < 4 and 5 > 2', '3 < 4 and 5 > 2'],
    ['Mina <b', 'Mina <b'],
    ['<p>It&#39;s\n   Mina\t\tRoy', "\n\nIt's Mina Roy"],
    ['<pre>a\n  b</pre>', '\n\na\n  b\n\n'],
    ['O"Neill <b>x</b> "y', 'O"Neill x "y'],
  ])('%j', (source, text) => {
    expect(readHtml(source).text).toBe(text);
  });

  test('each character is traced to its source', () => {
    const source = '<p>Jos&eacute; <b>Roy</b>, it&apos;s';
    const { text, toSource } = readHtml(source);
    const sourceOf = (part: string): string => {
      const { start, end } = toSource({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
      return source.slice(start, end);
    };
    expect(sourceOf('José')).toBe('Jos&eacute;');
    expect(sourceOf('Roy')).toBe('Roy');
    expect(sourceOf('José Roy')).toBe('Jos&eacute; <b>Roy');
    expect(sourceOf("it's")).toBe('it&apos;s');
  });

  test.each(['<a', '<a href="', '<!--', '&', '&amp', "<p title='", '<', '</', '<script>', '<p>'])(
    'a quarter of a million characters of %j',
    (unit) => {
      const start = performance.now();
      readHtml(unit.repeat(250_000 / unit.length));
      expect(performance.now() - start).toBeLessThan(5000);
    },
  );

  test.each([
    ['<p>Mina</p>', true],
    ['Tom &amp; Ana &mdash; friends', true],
    ['<!DOCTYPE html>', true],
    ['Marks &amp; Spencer', true],
    ['It&#8217;s Mina', true],
    ['R&amp and AT&T;', false],
    ['a < b and b > c', false],
    ['AT&T, R&D; <mina@mail.example>', false],
    ['std::vector<int> x;', false],
    ['', false],
  ])('looksLikeHtml(%j) is %s', (text, expected) => {
    expect(looksLikeHtml(text)).toBe(expected);
  });
});

describe('T6: the text of Markdown', () => {
  test.each([
    ['**Mina** _Roy_ `x` ~~y~~', 'Mina Roy x y'],
    ['[Mina](https://x.example/a_(b)) and [Omar][1]', 'Mina and Omar'],
    ['![Mina](a.png) [x] y', 'Mina [x] y'],
    ['# Mina\nOmar', '\nMina\nOmar'],
    ['> Mina\n> > Omar', 'Mina\nOmar'],
    ['Mina\n----\nOmar', 'Mina\n\nOmar'],
    ['| Mina | Oslo |\n|---|:-:|\n| a | b |', '\t Mina \t Oslo \t\n\n\t a \t b \t'],
    ['Marks \\& Sons \\*', 'Marks & Sons *'],
    ['2 * 3 and snake_case and O`Neill', '2 * 3 and snake_case and O`Neill'],
    ['- Mina\n* Omar\n1. Ravi', '- Mina\n* Omar\n1. Ravi'],
  ])('%j', (source, text) => {
    expect(readMarkdown(source).text).toBe(text);
  });

  test.each(['[', '](', '[a](', '*', '**a', '`', '> ', '#', '|', '|-', '---|', '\\'])(
    'a quarter of a million characters of %j',
    (unit) => {
      const start = performance.now();
      readMarkdown(unit.repeat(250_000 / unit.length));
      expect(performance.now() - start).toBeLessThan(5000);
    },
  );
});

test.each([
  ['HTML', readHtml],
  ['Markdown', readMarkdown],
])('whatever the %s, ranges of the text are ranges of the source, in order', (_, read) => {
  const piece = fc.constantFrom(
    '<p>',
    '</b>',
    '<',
    '>',
    '&amp;',
    '&',
    '"',
    'a',
    ' ',
    '\n',
    '**',
    '[',
    '](x)',
    '`',
    '|',
    '# ',
    '> ',
    '\\',
    '---',
    '👩',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const source = pieces.join('');
      const { text, toSource } = read(source);
      let last = 0;
      for (let at = 0; at < text.length; at++) {
        const { start, end } = toSource({ start: at, end: at + 1 });
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(source.length);
        expect(start).toBeGreaterThanOrEqual(last);
        last = start;
      }
    }),
  );
});
