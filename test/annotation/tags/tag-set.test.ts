import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { iob2FromSpans } from '#annotation/tags/spans.js';
import { fromIob2, toIob2 } from '#annotation/tags/tag-scheme.js';
import { createTagSet, type TagFormat } from '#annotation/tags/tag-set.js';
import { anySpans } from './arbitraries.js';

const LABELS = ['PER', 'LOC', 'creative-work', '-', 'O', 'B-PER', '人'];

describe.each<TagFormat>(['bio', 'bioes'])('a tag set in %s', (format) => {
  const tagSet = createTagSet(LABELS, format);
  const size = tagSet.tags.length;

  test('gives every tag the id of its place, O first, labels in code-unit order', () => {
    expect(tagSet.labels).toEqual(['-', 'B-PER', 'LOC', 'O', 'PER', 'creative-work', '人']);
    expect(tagSet.tags[0]).toBe('O');
    expect(tagSet.tags.slice(1, 1 + (size - 1) / LABELS.length)).toEqual(
      format === 'bio' ? ['B--', 'I--'] : ['B--', 'I--', 'E--', 'S--'],
    );
    tagSet.tags.forEach((tag, id) => {
      expect(tagSet.id(tag)).toBe(id);
    });
    expect(createTagSet([...LABELS].reverse(), format).tags).toEqual(tagSet.tags);
  });

  test('tells prefix and label of an id', () => {
    tagSet.tags.forEach((tag, id) => {
      expect(tagSet.prefix(id)).toBe(tag[0]);
      expect(tagSet.labels[tagSet.labelIndex(id)]).toBe(tag === 'O' ? undefined : tag.slice(2));
    });
    expect(tagSet.labelIndex(0)).toBe(-1);
  });

  test('decodes what it encodes', () => {
    fc.assert(
      fc.property(anySpans, ({ spans, tokenCount }) => {
        const tags = iob2FromSpans(spans, tokenCount);
        const ids = tagSet.encode(tags);
        expect(ids).toBeInstanceOf(Int32Array);
        expect(tagSet.decode(ids)).toEqual(tags);
      }),
    );
  });

  test('allows exactly the sequences that need no repair', () => {
    const scheme = format === 'bio' ? 'IOB2' : 'BIOES';
    const isAllowed = (ids: readonly number[]) =>
      tagSet.allowedStart[ids[0]] === 1 &&
      tagSet.allowedEnd[ids[ids.length - 1]] === 1 &&
      ids.every((id, t) => t === 0 || tagSet.allowedTransitions[ids[t - 1] * size + id] === 1);
    fc.assert(
      fc.property(fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 6 }), (ids) => {
        const { repairs } = toIob2(
          ids.map((id) => tagSet.tags[id]),
          scheme,
        );
        expect(isAllowed(ids)).toBe(repairs.length === 0);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(anySpans, ({ spans, tokenCount }) => {
        fc.pre(tokenCount > 0);
        const written = fromIob2(iob2FromSpans(spans, tokenCount), scheme);
        expect(isAllowed(written.map((tag) => tagSet.id(tag)))).toBe(true);
      }),
    );
  });

  test('decodes ids in an illegal order to well-formed IOB2', () => {
    const perB = tagSet.id('B-PER');
    const locI = tagSet.id('I-LOC');
    expect(tagSet.decode([perB, locI, 0])).toEqual(['B-PER', 'B-LOC', 'O']);
  });
});

describe('createTagSet', () => {
  test('cannot be changed', () => {
    const tagSet = createTagSet(['PER'], 'bio');
    expect(Object.isFrozen(tagSet)).toBe(true);
    expect(() => (tagSet.tags as string[]).push('X')).toThrow(TypeError);
    expect(() => (tagSet.labels as string[]).push('X')).toThrow(TypeError);
  });

  test('does not touch its argument', () => {
    const labels = ['PER', 'LOC'];
    createTagSet(labels, 'bio');
    expect(labels).toEqual(['PER', 'LOC']);
  });

  test('writes out the transitions of one label', () => {
    const bio = createTagSet(['X'], 'bio'); // O B I
    expect([...bio.allowedTransitions]).toEqual([1, 1, 0, 1, 1, 1, 1, 1, 1]);
    expect([...bio.allowedStart]).toEqual([1, 1, 0]);
    expect([...bio.allowedEnd]).toEqual([1, 1, 1]);

    const bioes = createTagSet(['X'], 'bioes'); // O B I E S
    expect([...bioes.allowedTransitions]).toEqual(
      // biome-ignore format: one row a tag
      [
        1, 1, 0, 0, 1, // O
        0, 0, 1, 1, 0, // B
        0, 0, 1, 1, 0, // I
        1, 1, 0, 0, 1, // E
        1, 1, 0, 0, 1, // S
      ],
    );
    expect([...bioes.allowedStart]).toEqual([1, 1, 0, 0, 1]);
    expect([...bioes.allowedEnd]).toEqual([1, 0, 0, 1, 1]);
  });

  test('refuses unknown labels', () => {
    const tagSet = createTagSet(['PER'], 'bio');
    const tags = ['B-PER', 'B-GPE', 'I-GPE', 'O'];
    expect(() => tagSet.encode(tags)).toThrow('expected one of O, B-PER, I-PER, found "B-GPE"');
  });

  test.each([
    [[], 'bio', '"labels" must hold at least one label, found none'],
    [['PER', 'LOC', 'PER'], 'bio', '"labels" must differ from each other, found "PER" twice'],
    [['a b'], 'bio', 'expected a label of 1 to 64 characters'],
    [['PER'], 'iob', '"format" must be "bio", "bioes" or "plain", found "iob"'],
  ])('refuses %j in %s', (labels, format, message) => {
    expect(() => createTagSet(labels, format as TagFormat)).toThrow(message);
  });

  test.each([-1, 3, 0.5, Number.NaN])('refuses to decode the id %d', (id) => {
    expect(() => createTagSet(['PER'], 'bio').decode([id])).toThrow(`"ids" must be integers from 0 to 2, found ${id}`);
  });

  test('lists only the first of many tags in a message', () => {
    const labels = Array.from({ length: 20 }, (_, index) => `L${index}`);
    expect(() => createTagSet(labels, 'bio').id('B-X')).toThrow(/, … \(41 tags\), found "B-X"$/);
  });
});
