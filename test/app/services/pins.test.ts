import { describe, expect, test } from 'vitest';
import { fallenLabels, objectionsOfPins, refuse } from '#app/services/objections.js';
import { brokenPlaces, checkedPin, isTriedOn, parsePin, writtenPin } from '#app/services/pins.js';
import type { ModelRecord } from '#app/store/models.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';

describe('a pin as people write it', () => {
  test.each(['The [Aurora|SHIP] left.', '😀 [Ada|PER] met [Teddy|!PER] and [nobody|!]', '[Zürich|LOC]\n[x|!]'])(
    '%j is read and written alike',
    (written) => {
      const pin = parsePin(written);
      expect(writtenPin(pin)).toBe(written);
      expect(pin.text).toBe(written.replaceAll(/\[([^|]*)\|[^\]]*\]/gu, '$1'));
      for (const { start, end } of pin.spans) expect(pin.text.slice(start, end)).not.toMatch(/[[|\]]/);
    },
  );

  test.each([
    ['Nothing here.', 'invalid_argument'],
    ['[Ada|]', 'invalid_tag'],
    ['[Ada|a b]', 'invalid_tag'],
    [`[Ada|PER]${'x'.repeat(20_001)}`, 'text_too_long'],
  ])('%j is refused: %s', (written, code) => {
    expect(thrownBy(() => parsePin(written)).code).toBe(code);
  });

  test('places outside of the text, or over each other, are refused', () => {
    const place = (start: number, end: number) => ({ start, end, label: 'PER', must: true });
    for (const spans of [[place(0, 4)], [place(2, 2)], [place(-1, 2)]])
      expect(thrownBy(() => checkedPin({ text: 'Ada', spans })).code).toBe('invalid_argument');
    expect(thrownBy(() => checkedPin({ text: 'Ada', spans: [place(1, 3), place(0, 2)] })).code).toBe(
      'overlapping_spans',
    );
  });
});

describe('a pin on a model', () => {
  const tagger = fakeTagger();
  test.each([
    ['[Ada|PER] met José.', []],
    ['[Ada Lovelace|PER] left.', []],
    ['[Ada|PER] Lovelace left.', ['“Ada” must be found as PER, found PER “Ada Lovelace”']],
    ['[Ada|LOC] left.', ['“Ada” must be found as LOC, found PER “Ada”']],
    ['[Nobody|PER] left.', ['“Nobody” must be found as PER, found no name']],
    ['[Ada|!LOC] left.', []],
    ['[Ada|!PER] left.', ['“Ada” must not be found as PER, found PER “Ada”']],
    ['[saw Ada|!] left.', ['“saw Ada” must not be found, found PER “Ada”']],
    ['[Nobody|!] left.', []],
  ] as const)('%s', (written, sentences) => {
    const pin = parsePin(written);
    expect(brokenPlaces(pin, tagger.tag(pin.text))).toEqual(sentences);
  });

  test('that does not know its labels is not tried', () => {
    expect(isTriedOn(parsePin('[Aurora|SHIP]'), tagger.labels)).toBe(false);
    expect(isTriedOn(parsePin('[Aurora|!]'), tagger.labels)).toBe(true);
    const pins = ['[Aurora|SHIP]', '[Ada|PER]', '[Eve|PER]'].map((written, id) => ({
      ...parsePin(written),
      ...{ id, projectId: 1, madeAt: '' },
    }));
    const { pins: counts, sentences } = objectionsOfPins(tagger, pins);
    expect(counts).toEqual({ kept: 1, broken: 1, untried: 1 });
    expect(
      thrownBy(() => refuse({ name: 'ships', version: 2 } as ModelRecord, { sentences, pins: counts })),
    ).toMatchObject({
      code: 'activation_refused',
      message: 'ships@2 is not made active: “Eve” must be found as PER, found no name',
    });
  });
});

test('a label falls when it loses more than five points of F1, and has ten names', () => {
  const scores = (f1: number, gold = 10) => ({ precision: 0, recall: 0, f1, gold, correct: 0, predicted: 0 });
  const fallen = (before: [number, number], after: number | undefined) =>
    fallenLabels(
      { labels: { PER: scores(...before) } },
      { labels: after === undefined ? {} : { PER: scores(after, before[1]) } },
    );
  expect(fallen([0.9, 10], 0.86)).toEqual([]);
  expect(fallen([0.9, 10], 0.84)).toEqual(['PER falls from F1 90.00 to 84.00']);
  expect(fallen([0.9, 10], undefined)).toEqual(['PER falls from F1 90.00 to 0.00']);
  expect(fallen([0.9, 9], 0.1)).toEqual([]);
});
