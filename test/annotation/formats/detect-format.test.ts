import { describe, expect, test } from 'vitest';
import { openCorpusSource } from '#annotation/documents/corpus-source.js';
import { detectFormat } from '#annotation/formats/detect-format.js';

describe('detectFormat', () => {
  test.each([
    ['conll2003', 'EU NNP B-NP B-ORG\n'],
    ['conll', '# comment\n\nRome\tB-LOC\n'],
    ['conll2003', '-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n'],
    ['conll', '{ O\n"text": O\n} O\n'],
    ['conll', '{"\tO\n'],
    ['conll', '[ O\nAnn|PER] O\nx O\n'],
    ['conll', '1\tO\n2\tO\n'],
    ['conll2003', '1996\tCD\tO\tO\n1997\tCD\tO\tO\n1999\tCD\tO\tO\n'],
    ['conll', 'word\ttag\na\tO\nb\tO\n'],
    ['conll', 'Just prose, without any annotation.\n'],
    ['universal-ner', '# sent_id = 1\n1\ttampa\tB-LOC\t-\tann\n'],
    ['universal-ner', '1-2\tdu\t_\n1\tde\tO\n2\tle\tO\n\n1\tx\tO\n'],
    ['universal-ner', '1\ta\tO\t-\tann\n2\tb\tPER\t-\tann\n3\tc\tO\t-\tann\n'],
    ['jsonl', '{"text": "a", "entities": []}\n'],
    ['spacy-tuples', '\n ["a", {"entities": []}]\n'],
    ['jsonl', '{"text": "broken\n'],
    ['jsonl', '[\n{"text": "a"}\n]\n'],
    ['jsonl', '[{"text": "a"},\n'],
    ['inline', 'Nobody came.\n\n[Ann Lee|PER] did.\n'],
    ['inline', '[Ann|PER]\n'],
    ['inline', 'They sang in B-flat, then in O\n[Ann|PER] left.\nGood.\n'],
  ])('takes for %s: %j', (format, text) => {
    expect(detectFormat(openCorpusSource('x', { text })).name).toBe(format);
  });

  test('looks further for the first name of an inline file', () => {
    const text = `${'Nobody came.\n'.repeat(1000)}[Ann|PER] did.\n`;
    expect(detectFormat(openCorpusSource('x', { text })).name).toBe('inline');
  });
});
