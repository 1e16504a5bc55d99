import { type BandPoint, COLORS, chart, type Panel, type Point, type Series } from '../charts/chart.js';
import { CORPORA } from './corpora.js';
import {
  COMPARED,
  ids,
  LOOK_AHEADS,
  SIZES,
  type Size,
  TABLE_CORPORA,
  TABLES,
  TAGGERS,
  type VectorTableChoice,
} from './experiments.js';
import { meanOf, thousands } from './summary.js';
import type { View } from './view.js';

type Style = Pick<Series, 'name' | 'detail' | 'color'>;

const STYLES: Readonly<Record<string, Style>> = {
  auto: { name: 'auto', color: COLORS.purple },
  names: { name: 'names', color: COLORS.blue },
  accurate: { name: 'accurate', color: COLORS.vermillion },
  tiny: { name: 'tiny', color: COLORS.green },
  crfsuite: { name: 'CRF', color: COLORS.black },
};
/** Ticks closer than this factor would cover each other. */
const LEAST_STEP = 1.6;
/** Room at both ends of an axis, so that dots are whole. */
const MARGIN = 0.04;

/** Makers of figures: each returns the picture, or undefined if nothing of it has been measured. */
export const PLOT_MAKERS: Readonly<Record<string, (view: View) => string | undefined>> = {
  'quality-learning-curves': learningCurves,
  'quality-look-ahead': lookAhead,
  'quality-vectors': vectors,
};

function learningCurves(view: View): string | undefined {
  const panels = Object.keys(SIZES).flatMap((corpus) => {
    const all = view.corpora[corpus]?.train.sentences;
    const at = (size: Size): number => (size === 'all' ? (all ?? 0) : size);
    const series = TAGGERS.flatMap((tagger) =>
      seriesOf(view, {
        style: STYLES[tagger],
        choices: SIZES[corpus],
        idOf: (size) => ids.curve(tagger, corpus, size),
        at,
      }),
    );
    if (series.length === 0 || all === undefined) return [];
    const sizes = SIZES[corpus].map(at);
    const ticks = sizes.filter((size, i) => i === sizes.length - 1 || all / size >= LEAST_STEP);
    return [
      {
        title: CORPORA[corpus].title,
        x: { label: 'sentences', log: true, ...widened(sizes, true), ticks, format: thousands },
        y: { label: 'dev F1', ...widened(heights(series)) },
        series,
      },
    ];
  });
  if (panels.length === 0) return undefined;
  return chart({
    title: 'Learning curves',
    description: `Dev F1 by the number of training sentences. ${spoken(panels)}`,
    columns: 2,
    panelHeight: 260,
    nameWidth: 84,
    panels,
  });
}

function lookAhead(view: View): string | undefined {
  const series = Object.entries(COMPARED).flatMap(([base, { sentences }]) => {
    const style = { ...STYLES[base], detail: `${sentences === 'all' ? sentences : thousands(sentences)} sentences` };
    return seriesOf(view, { style, choices: LOOK_AHEADS, idOf: (k) => ids.lookAhead(base, k), at: Number });
  });
  if (series.length === 0) return undefined;
  const panels = [
    {
      title: `${CORPORA[COMPARED.names.corpus].title}, by words of look-ahead`,
      x: {
        label: 'words to the right that the network sees',
        ...widened(LOOK_AHEADS),
        ticks: LOOK_AHEADS,
        format: String,
      },
      y: { label: 'dev F1', ...widened(heights(series)) },
      series,
    },
  ];
  return chart({
    title: 'What look-ahead is worth',
    description: `Dev F1 by words of look-ahead. ${spoken(panels)}`,
    panelHeight: 280,
    nameWidth: 200,
    panels,
  });
}

/** F1 by megabytes: one line for tables of the same dimensions and bits. Without the spread, which would cover all lines. */
function vectors(view: View): string | undefined {
  const kindOf = ({ dims, bits, like }: VectorTableChoice) => `${dims} dims, ${bits} bits${like ? ', like names' : ''}`;
  const kinds = [...new Set(TABLES.map(kindOf))];
  const colors = [COLORS.blue, COLORS.vermillion, COLORS.green, COLORS.purple];
  const panels = TABLE_CORPORA.flatMap((corpus) => {
    const series = kinds.flatMap((name, i) => {
      const choices = TABLES.filter((choice) => kindOf(choice) === name);
      const idOf = (choice: VectorTableChoice) => ids.table(corpus, choice);
      const at = (choice: VectorTableChoice) =>
        meanOf(view.rows(idOf(choice)), ({ vector_bytes }) => vector_bytes! / 1e6)!;
      return seriesOf(view, { style: { name, color: colors[i] }, choices, idOf, at }).map(({ band, ...line }) => line);
    });
    if (series.length === 0) return [];
    const without = view.f1(ids.noTable(corpus));
    const sizes = series.flatMap(({ points }) => points.map(([x]) => x));
    const range = widened(sizes, true);
    return [
      {
        title: `${CORPORA[corpus].title}${without ? `; without vectors ${without.mean.toFixed(1)}` : ''}`,
        x: { label: 'megabytes', log: true, ...range, ticks: ticksWithin(range), format: String },
        y: { label: 'dev F1', ...widened(heights(series)) },
        series,
      },
    ];
  });
  if (panels.length === 0) return undefined;
  return chart({
    title: 'What a table of word vectors is worth',
    description: `Dev F1 by the size of the table. ${spoken(panels)}`,
    columns: 1,
    panelHeight: 260,
    nameWidth: 210,
    panels,
  });
}

interface LineOf<Choice> {
  readonly style: Style;
  readonly choices: readonly Choice[];
  readonly idOf: (choice: Choice) => string;
  /** Where on the x axis. */
  readonly at: (choice: Choice) => number;
}

/** A line of means with the spread of the seeds around it; nothing if nothing was measured. */
function seriesOf<Choice>(view: View, { style, choices, idOf, at }: LineOf<Choice>): Series[] {
  const measured = choices.filter((choice) => view.rows(idOf(choice)).length > 0);
  if (measured.length === 0) return [];
  const summaries = measured.map((choice) => ({ x: at(choice), ...view.f1(idOf(choice))! }));
  const points = summaries.map(({ x, mean }): Point => [x, mean]);
  const band = summaries.map(({ x, least, most }): BandPoint => [x, least, most]);
  return [{ ...style, points, marked: true, ...(summaries.some(({ n }) => n > 1) && { band }) }];
}

function heights(series: readonly Series[]): number[] {
  return series.flatMap(({ points, band }) => (band ? band.flatMap(([, ...ys]) => ys) : points.map(([, y]) => y)));
}

/** The least and the greatest, and a little more on both sides. */
function widened(values: readonly number[], isLog = false): { min: number; max: number } {
  const [inner, outer] = isLog ? [Math.log, Math.exp] : [Number, Number];
  const [low, high] = [inner(Math.min(...values)), inner(Math.max(...values))];
  const room = MARGIN * (high - low || 1);
  return { min: outer(low - room), max: outer(high + room) };
}

/** For those who do not see the picture: where every line ends. */
function spoken(panels: readonly Panel[]): string {
  return panels
    .map(({ title, series }) => {
      const ends = series.map(
        ({ name, points }) => `${name} ${points.at(-1)![1].toFixed(1)} at ${thousandsOrLess(points.at(-1)![0])}`,
      );
      return `${title}: ${ends.join(', ')}.`;
    })
    .join(' ');
}

function ticksWithin({ min, max }: { readonly min: number; readonly max: number }): number[] {
  return [1, 2, 4, 8, 16, 32, 64].filter((tick) => tick >= min && tick <= max);
}

function thousandsOrLess(value: number): string {
  return value >= 100 ? thousands(value) : String(Number(value.toPrecision(2)));
}
