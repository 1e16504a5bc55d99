import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { errorOf } from '../reading/helpers.js';
import { TOOL_SHAPES } from './tool-shapes.js';

describe('shapes that other tools test with', () => {
  test.each(TOOL_SHAPES)('$tool: $what', ({ text, is }) => {
    const read = () => parseCorpus({ name: 'x', text });
    if (is instanceof RegExp) return expect(errorOf(read)).toMatch(is);
    const marked = read().sentences.map(({ words, tags }) =>
      words.map((word, token) => (tags[token] === 'O' ? word : `${word}/${tags[token]}`)).join(' '),
    );
    expect(marked).toEqual(is);
  });

  test('are listed in docs/formats.md, with the verdict', () => {
    const document = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8');
    for (const { tool, what, is } of TOOL_SHAPES) {
      expect(document).toContain(`| ${tool} | ${what} | ${is instanceof RegExp ? 'refused, with the line' : 'read'} |`);
    }
    expect(TOOL_SHAPES.length).toBeGreaterThanOrEqual(30);
  });
});
