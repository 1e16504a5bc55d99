import { describe, expect, test } from 'vitest';
import type { EvaluatedTagger } from '#tagging/evaluation/final-evaluation.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { measure } from '../../../tools/pretrain/measure.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { tagged } from './helpers.js';

const sentence = (text: string) => ({ ...tagged(text), document: 0, source: { file: 'x.conll', line: 1 } });

const withTemperature = (tagger: Tagger): EvaluatedTagger & Tagger => {
  const same = { ...tagger, temperature: 1, withTemperature: () => same };
  return same;
};

/** The fake tagger finds Ada Lovelace and José (PER), London and Zürich (LOC), Swissair (ORG). */
const sentences = [
  'Ada/B-PER Lovelace/I-PER met José/B-PER',
  'London/B-ORG lost to Zürich/B-LOC',
  'Ada/B-PER Lovelace met Bo/B-PER',
  'Swissair flew',
].map(sentence);
const measured = [{ corpus: { title: 'Four sentences' }, part: 'dev', sentences }];
const train = [sentence('josé/B-PER and zürich/B-LOC')];
const figures = measure(withTemperature(fakeTagger()), { train, measured });

describe('measure', () => {
  test('scores of every part, in the form of other reports', () => {
    expect(figures.sets).toHaveLength(1);
    expect(figures.sets[0]).toMatchObject({ title: 'Four sentences', part: 'dev', sentences: 4, tokens: 14 });
    expect(figures.sets[0].report).toMatchObject({
      overall_f1: 0.5,
      overall_f1_interval: [expect.any(Number), expect.any(Number)],
      case_lower_f1: 0,
      case_title_f1: 0.5,
      seen_recall: 1,
      seen_number: 2,
      unseen_recall: 1 / 4,
      unseen_number: 4,
      PER: { precision: 2 / 3, recall: 2 / 4, number: 4 },
    });
  });

  test('calibration over all parts', () => {
    // Names of one token have a score of 0.75, of two 0.375.
    const twice = measure(withTemperature(fakeTagger()), { train, measured: [...measured, ...measured] });
    expect(twice.calibration).toMatchObject({ number: 12, ece: expect.closeTo((2 * 0.125 + 4 * 0.25) / 6, 12) });
  });

  test('mistakes, each name counted once', () => {
    expect(figures.mistakes).toEqual([
      { label: 'PER', gold: 4, right: 2, otherLabel: 0, otherBounds: 1, missed: 1, invented: 0 },
      { label: 'LOC', gold: 1, right: 1, otherLabel: 0, otherBounds: 0, missed: 0, invented: 0 },
      { label: 'ORG', gold: 1, right: 0, otherLabel: 1, otherBounds: 0, missed: 0, invented: 1 },
    ]);
  });

  test('names by origin: as many of each, none of which the fake tagger knows', () => {
    expect(figures.origins.length).toBeGreaterThan(8);
    expect(new Set(figures.origins.map(({ names, recall }) => `${names} ${recall}`))).toEqual(new Set(['30 0']));
  });

  test('names by origin: all found by a tagger that takes every two capitalised words for a person', () => {
    const everybody = fakeTagger({ names: {} });
    const tag: Tagger['tag'] = (text) => ({
      ...everybody.tag(text),
      entities: [...text.matchAll(/\p{Lu}[\p{L}-]+(?: [\p{L}-]*\p{Lu}[\p{L}-]+)+/gu)].map(({ 0: name, index }) => {
        const place = { start: index, end: index + name.length, tokenStart: 0, tokenEnd: 1 };
        return { text: name, label: 'PER', score: 1, source: 'model' as const, ...place };
      }),
    });
    const { origins } = measure(withTemperature({ ...everybody, tag }), { train: [], measured });
    expect(origins.filter(({ recall }) => recall < 1)).toEqual([]);
  });

  test('a part without names', () => {
    const empty = [{ corpus: { title: 'x' }, part: 'dev', sentences: [sentence('nothing here')] }];
    const { sets, calibration } = measure(withTemperature(fakeTagger()), { train: [], measured: empty });
    expect(sets[0].report).toMatchObject({ overall_f1: 0, unseen_number: 0 });
    expect(calibration).toMatchObject({ number: 0, ece: null });
  });
});
