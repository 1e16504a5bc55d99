import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInline, parseInline, writeInline } from '#annotation/formats/inline.js';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { anySentences, contentOf, errorOf, sentence, whiteSpaceTokenizer } from '../reading/helpers.js';

const where = { name: 'x.txt', line: 3 };

describe('parseInline', () => {
  test('finds names', () => {
    expect(parseInline('[Teddy Roosevelt|PER] saw [Rome|LOC].', where)).toEqual({
      text: 'Teddy Roosevelt saw Rome.',
      spans: [
        { label: 'PER', start: 0, end: 15 },
        { label: 'LOC', start: 20, end: 24 },
      ],
    });
  });

  test('reads escaped characters as they are, in names, too', () => {
    expect(parseInline(String.raw`\# \[x\] a\|b \\ [A\|B \[C\]|ORG]`, where)).toEqual({
      text: String.raw`# [x] a|b \ A|B [C]`,
      spans: [{ label: 'ORG', start: 12, end: 19 }],
    });
  });

  test.each([
    ['[Ann', 'expected "|", a label and "]" after "[", found the end of the line in "[Ann"'],
    ['[Ann|PER', 'expected "]" after the label, found the end of the line in "[Ann|PER"'],
    ['[Ann]', 'expected "|" and a label before "]", found "[Ann]"'],
    ['[A [B|PER] C|ORG]', 'expected no name within a name, found a second "[" in "[A [B|PER] C|ORG]"'],
    ['a | b', 'expected "|" only in a name or after a backslash, found "a | b"'],
    ['a ] b', 'expected "]" only in a name or after a backslash, found "a ] b"'],
    ['[ |PER]', 'expected a name between "[" and "|", found " "'],
    ['[Ann|a b]', 'expected a label between "|" and "]", found "a b"'],
    ['[Ann|]', 'expected a label between "|" and "]", found ""'],
    ['[Ann|PER|LOC]', 'expected a label between "|" and "]", found "PER|LOC"'],
    ['a\\x', 'expected one of [ ] | \\ # n r after a backslash, found "x"'],
    ['a\\', 'expected one of [ ] | \\ # n r after a backslash, found the end of the line'],
  ])('refuses %s', (source, message) => {
    const code = message.includes('a label between') ? 'invalid_tag' : 'malformed_corpus';
    expect(errorOf(() => parseInline(source, where))).toBe(`${code}: x.txt:3: ${message}`);
  });

  test('undoes formatInline', () => {
    const anyText = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '[', ']', '|', '\\', '#', '😀', 'é') });
    fc.assert(
      fc.property(anyText, fc.nat(8), fc.integer({ min: 1, max: 8 }), (text, start, length) => {
        fc.pre(text.trim() !== '');
        const end = start + length;
        const isName = end <= text.length && text.slice(start, end).trim() !== '';
        const spans = isName ? [{ label: 'creative-work', start, end }] : [];
        expect(parseInline(formatInline({ text, spans }), where)).toEqual({ text, spans });
      }),
    );
  });
});

describe('formatInline', () => {
  test.each(['', ' ', 'a\nb', 'a\rb'])('refuses the text %j', (text) => {
    expect(() => formatInline({ text, spans: [] })).toThrow('"text" must be one line that is not blank, found ');
  });

  test.each(['A]', 'A|B', 'A\\', 'a b'])('refuses the label %j', (label) => {
    expect(() => formatInline({ text: 'Ann', spans: [{ label, start: 0, end: 3 }] })).toThrow(
      `"label" must not hold brackets, bars or white space, found ${JSON.stringify(label)}`,
    );
  });
});

describe('an inline file', () => {
  test('has one sentence a line, blank lines between texts, and comments', () => {
    const text = '# My corpus\n\n[Ann|PER] sang. She left.\n#hashtag\n\n\n# more\n\\# [Bo|PER]\n#\n';
    const { sentences, report } = parseCorpus({ name: 'x.txt', text, tokenizer: whiteSpaceTokenizer });
    expect(sentences).toEqual([
      {
        words: ['Ann', 'sang.', 'She', 'left.'],
        tags: ['B-PER', 'O', 'O', 'O'],
        document: 0,
        source: { file: 'x.txt', line: 3 },
      },
      { words: ['#hashtag'], tags: ['O'], document: 0, source: { file: 'x.txt', line: 4 } },
      { words: ['#', 'Bo'], tags: ['O', 'B-PER'], document: 1, source: { file: 'x.txt', line: 8 } },
    ]);
    expect(report).toMatchObject({ format: 'inline', scheme: null, columns: null, offsetUnit: null, documents: 2 });
  });

  test('reports a name that is only part of a word', () => {
    const { sentences, report } = parseCorpus({
      name: 'x.txt',
      text: '[Ann|PER]s hat',
      tokenizer: whiteSpaceTokenizer,
    });
    expect(contentOf(sentences)).toEqual([{ words: ['Ann', 's', 'hat'], tags: ['B-PER', 'O', 'O'] }]);
    expect(report.misaligned).toHaveLength(1);
  });

  test('is tokenised by the tokenizer of the program', () => {
    const { sentences, report } = parseCorpus({
      name: 'x.txt',
      text: "Did Dr. [Amina Bello|PER] see [Paulo|PER]'s bike?",
    });
    expect(contentOf(sentences)).toEqual([
      {
        words: ['Did', 'Dr.', 'Amina', 'Bello', 'see', 'Paulo', "'s", 'bike', '?'],
        tags: ['O', 'O', 'B-PER', 'I-PER', 'O', 'B-PER', 'O', 'O', 'O'],
      },
    ]);
    expect(report.misaligned).toEqual([]);
  });
});

describe('writeInline', () => {
  test('writes one sentence a line and parts documents by a blank line', () => {
    const sentences = [sentence('Ann/B-PER Lee/I-PER sang'), sentence('#'), sentence('b', { document: 1 })];
    expect(writeInline(sentences)).toBe('[Ann Lee|PER] sang\n\\#\n\nb\n');
  });

  test('is read back as it was: as many entities out as in', () => {
    fc.assert(
      fc.property(
        anySentences((word) => !/\s/u.test(word) && !word.includes('\0')),
        (sentences) => {
          const text = writeInline(sentences);
          const read = parseCorpus({ name: 'x.txt', text, format: 'inline', tokenizer: whiteSpaceTokenizer });
          expect(contentOf(read.sentences)).toEqual(contentOf(sentences));
          expect(read.sentences.map(({ document }) => document)).toEqual(sentences.map(({ document }) => document));
        },
      ),
    );
  });
});
