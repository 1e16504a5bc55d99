import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeDocuments } from '#annotation/conversion/write-documents.js';
import type { Document } from '#annotation/documents/document.js';
import { FORMATS } from '#annotation/formats/format-table.js';
import { readDocuments } from '#annotation/reading/read-documents.js';
import { namesOf, squeezedText, throughFormat } from './helpers.js';

const word = fc.constantFrom(
  ...[
    'Mina',
    'Roy',
    "O'Neill",
    'Paulo’s',
    'left',
    'U.S.',
    'well-known',
    '3.5',
    '.',
    ',',
    '"',
    '#',
    '[',
    ']',
    '\\',
    '<b>',
  ],
  ...[
    'José',
    'Jose\u0301',
    '😀',
    '👩\u200D👩\u200D👧',
    '🇫🇮',
    'بيروت',
    'ירושלים',
    '北京',
    'ประเทศ',
    'क्षि',
    'İstanbul',
    '½',
  ],
);
const gap = fc.constantFrom(' ', ' ', ' ', '  ', '\n', '\r\n', '\t', '\n\n', '\u00A0', '');
const label = fc.constantFrom('PER', 'creative-work', 'B-PER', '-', '人', 'per.name', 'PERSON_2', 'Person Name');

/** A text of words with names that never overlap, but may touch. */
const anyText = fc
  .array(fc.record({ word, gap, isName: fc.integer({ min: 0, max: 3 }), label }), { maxLength: 12 })
  .map((parts) => {
    let text = '';
    const spans: { start: number; end: number; label: string }[] = [];
    for (const part of parts) {
      const start = text.length;
      text += part.word;
      const previous = spans.at(-1);
      if (part.isName === 1) spans.push({ start, end: text.length, label: part.label });
      if (part.isName === 2 && previous !== undefined && text.slice(previous.end, start).trim() === '')
        spans[spans.length - 1] = { ...previous, end: text.length };
      text += part.gap;
    }
    return { text, entities: spans, offset_unit: 'utf16' };
  });

const anyDocuments = fc.array(anyText, { minLength: 1, maxLength: 4 }).map((records): readonly Document[] => {
  const text = records.map((record) => JSON.stringify(record)).join('\n');
  return readDocuments({ name: 'made', text }, { format: 'jsonl', window: 1000 }).documents;
});

const squeeze = (text: string) => text.replace(/\s/gu, '');

const carriesText = (name: string) => !FORMATS.find((format) => format.name === name)?.loses.includes('text');

describe('from each format to each other', () => {
  const pairs = FORMATS.flatMap((from) => FORMATS.map((to) => [from.name, to.name] as const));

  test.each(FORMATS.map(({ name }) => name))('%s: labels of any characters, or those that it has said', (format) => {
    for (const label of ['A|B', 'A[1]', 'a>b', 'a<b', 'A\\B', 'A,B', 'A"B', 'A;B', 'A=B', 'A/B', '#A', "A'B", '-X-']) {
      const record = { text: 'Mina Roy left', entities: [[0, 8, label]], offset_unit: 'utf16' };
      const { documents } = readDocuments({ name: 'made', text: JSON.stringify(record) }, { format: 'jsonl' });
      const [name] = throughFormat(documents, format).flatMap(({ spans }) => spans);
      const { losses } = writeDocuments(documents, format);
      const isSaid = losses.some(({ aspect }) => aspect === 'labels');
      expect(isSaid).toBe(name?.label !== label);
      if (isSaid) expect(name?.label).toMatch(/_/);
    }
  });

  test.each(['jsonl', 'doccano', 'label-studio', 'spacy-json'])('%s is none of our inline form for a bar', (format) => {
    const record = { text: 'Mina', entities: [[0, 4, 'A|B']], note: '[Mina|PER]' };
    const { documents } = readDocuments({ name: 'made', text: JSON.stringify(record) }, { format: 'jsonl' });
    const [{ text }] = writeDocuments(documents, format).files;
    expect(readDocuments({ name: 'x', text }).ledger.format).toBe(format);
  });

  test.each(FORMATS.map(({ name }) => name))(
    '%s: the second of two equal words, behind characters of two units',
    (format) => {
      for (const before of ['😀 ', '👩\u200D👩\u200D👧 ', '😀😀😀😀 ', '\r\n', '😀\r\n']) {
        const text = `${before}北京 北京 Roy Roy `;
        for (const word of ['北京', 'Roy']) {
          const start = text.lastIndexOf(word);
          const record = { text, entities: [[start, start + word.length, 'X']], offset_unit: 'utf16' };
          const { documents } = readDocuments({ name: 'made', text: JSON.stringify(record) }, { format: 'jsonl' });
          const tagOf = (list: readonly Document[]) => {
            let sofar = '';
            return list.flatMap(({ text: read, spans }) => {
              const places = spans.map(({ start: at }) => squeeze(sofar + read.slice(0, at)));
              sofar += read;
              return places;
            });
          };
          expect(tagOf(throughFormat(documents, format))).toEqual(tagOf(documents));
        }
      }
    },
  );

  test.each(pairs)('%s, then %s: text and names are those of before', (from, to) => {
    fc.assert(
      fc.property(anyDocuments, (documents) => {
        const there = throughFormat(documents, from);
        const again = throughFormat(there, to);
        expect(namesOf(again)).toEqual(namesOf(documents));
        expect(squeezedText(again)).toBe(squeezedText(documents));
        if (!carriesText(from) || !carriesText(to)) return;
        const content = ({ text, spans }: Document) => ({ text, spans });
        const filled = (list: readonly Document[]) => list.filter(({ text }) => text.trim() !== '').map(content);
        expect(filled(again)).toEqual(filled(documents));
      }),
      { numRuns: 12 },
    );
  });
});
