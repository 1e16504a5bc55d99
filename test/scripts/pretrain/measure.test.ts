import { describe, expect, it } from 'vitest';
import type { Tagger } from '../../../src/tagger/entity.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';
import { scriptModule, type Tagged, tagged } from './helpers.js';

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
interface Scores {
  readonly gold: number;
  readonly precision: Interval;
  readonly recall: Interval;
  readonly f1: Interval;
}
interface Figures {
  readonly sets: readonly (Readonly<Record<'cases' | 'labels', Record<string, unknown>>> & {
    readonly all: Scores;
    readonly labels: Readonly<Record<string, Scores>>;
    readonly cases: Readonly<Record<string, number>>;
  })[];
  readonly calibration: object;
  readonly mistakes: readonly object[];
  readonly origins: readonly { readonly names: number; readonly recall: number }[];
}
interface Set {
  readonly corpus: { readonly title: string };
  readonly part: string;
  readonly sentences: readonly Tagged[];
}
const { measure } = await scriptModule<{
  measure(tagger: Tagger, options: { train: readonly Tagged[]; measured: readonly Set[]; resamples: number }): Figures;
}>('measure.mjs');
const { scoresWithIntervals } = await scriptModule<{
  scoresWithIntervals(counts: readonly object[], options: { resamples: number }): Scores;
}>('intervals.mjs');

/** The fake tagger finds Ada Lovelace and José (PER), London and Zürich (LOC), Swissair (ORG). */
const sentences = [
  'Ada/B-PER Lovelace/I-PER met José/B-PER',
  'London/B-ORG lost to Zürich/B-LOC',
  'Ada/B-PER Lovelace met Bo/B-PER',
  'Swissair flew',
].map(tagged);
const measured = [{ corpus: { title: 'Four sentences' }, part: 'dev', sentences }];
const figures = measure(fakeTagger(), { train: [tagged('josé/B-PER and zürich/B-LOC')], measured, resamples: 200 });

describe('measure', () => {
  it('scores, over all labels and each', () => {
    const [{ all, labels }] = figures.sets;
    expect(all).toMatchObject({ gold: 6, precision: { value: 3 / 6 }, recall: { value: 3 / 6 }, f1: { value: 3 / 6 } });
    expect(labels.PER).toMatchObject({ gold: 4, precision: { value: 2 / 3 }, recall: { value: 2 / 4 } });
    expect(labels.LOC).toMatchObject({ gold: 1, precision: { value: 1 / 2 }, recall: { value: 1 } });
    expect(labels.ORG).toMatchObject({ gold: 1, precision: { value: 0 }, recall: { value: 0 }, f1: { value: 0 } });
  });

  it('letter cases: the fake tagger knows its names as they are written only', () => {
    expect(figures.sets[0].cases).toEqual({ original: 0.5, lower: 0, upper: 0, title: 0.5 });
  });

  it('names that were in the training data, in whatever case, and others', () => {
    expect(figures.sets[0]).toMatchObject({ seen: { names: 2, recall: 1 }, unseen: { names: 4, recall: 1 / 4 } });
  });

  it('calibration', () => {
    // Names of one token have a score of 0.75, of two 0.375.
    expect(figures.calibration).toEqual({
      bins: [
        { from: 0.3, names: 2, score: 0.375, right: 0.5 },
        { from: 0.7, names: 4, score: 0.75, right: 0.5 },
      ],
      error: expect.closeTo((2 * 0.125 + 4 * 0.25) / 6, 12),
    });
  });

  it('mistakes, each name counted once', () => {
    expect(figures.mistakes).toEqual([
      { label: 'PER', gold: 4, right: 2, otherLabel: 0, otherBounds: 1, missed: 1, invented: 0 },
      { label: 'LOC', gold: 1, right: 1, otherLabel: 0, otherBounds: 0, missed: 0, invented: 0 },
      { label: 'ORG', gold: 1, right: 0, otherLabel: 1, otherBounds: 0, missed: 0, invented: 1 },
    ]);
  });

  it('names by origin: as many of each, none of which the fake tagger knows', () => {
    expect(figures.origins.length).toBeGreaterThan(8);
    expect(new Set(figures.origins.map(({ names, recall }) => `${names} ${recall}`))).toEqual(new Set(['30 0']));
  });

  it('names by origin: all found by a tagger that takes every two capitalised words for a person', () => {
    const everybody = fakeTagger({ names: {} });
    const tag: Tagger['tag'] = (text) => ({
      ...everybody.tag(text),
      entities: [...text.matchAll(/\p{Lu}[\p{L}-]+(?: [\p{L}-]*\p{Lu}[\p{L}-]+)+/gu)].map(({ 0: name, index }) => {
        const place = { start: index, end: index + name.length, tokenStart: 0, tokenEnd: 1 };
        return { text: name, label: 'PER', score: 1, source: 'model' as const, ...place };
      }),
    });
    const { origins } = measure({ ...everybody, tag }, { train: [], measured: [], resamples: 1 });
    expect(origins.filter(({ recall }) => recall < 1)).toEqual([]);
  });

  it('a part without names', () => {
    const empty = [{ corpus: { title: 'x' }, part: 'dev', sentences: [tagged('nothing here')] }];
    const { sets, calibration } = measure(fakeTagger(), { train: [], measured: empty, resamples: 10 });
    expect(sets[0]).toMatchObject({ cases: { original: 0 }, seen: { names: 0, recall: 0 } });
    expect(calibration).toEqual({ bins: [], error: 0 });
  });
});

describe('scoresWithIntervals', () => {
  const count = (correct: number, predicted: number, gold: number) => ({ correct, predicted, gold });

  it('sentences that are all alike leave no doubt', () => {
    const { f1 } = scoresWithIntervals(Array(50).fill(count(1, 2, 2)), { resamples: 100 });
    expect(f1).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  });

  it('about the interval of a binomial share, narrower with more sentences, the same every time', () => {
    const half = (size: number) => Array.from({ length: size }, (_, i) => count(i % 2, 1, 1));
    const { recall } = scoresWithIntervals(half(100), { resamples: 2000 });
    expect(recall.value).toBe(0.5);
    expect(recall.low).toBeCloseTo(0.5 - 1.96 * Math.sqrt(0.25 / 100), 1);
    expect(recall.high).toBeCloseTo(0.5 + 1.96 * Math.sqrt(0.25 / 100), 1);
    const more = scoresWithIntervals(half(1000), { resamples: 2000 }).recall;
    expect(more.high - more.low).toBeLessThan((recall.high - recall.low) / 2);
    expect(scoresWithIntervals(half(100), { resamples: 2000 }).recall).toEqual(recall);
  });
});
