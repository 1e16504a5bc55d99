import { COLORS, chart } from '../charts/chart.mjs';
import { CORPORA } from './corpora.mjs';
import { COMPARED, ids, LOOK_AHEADS, SIZES, TABLE_CORPORA, TABLES, TAGGERS } from './experiments.mjs';
import { meanOf, thousands } from './summary.mjs';

const STYLES = {
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
export const PLOT_MAKERS = {
  'quality-learning-curves': learningCurves,
  'quality-look-ahead': lookAhead,
  'quality-vectors': vectors,
};

function learningCurves(view) {
  const panels = Object.keys(CORPORA).flatMap((corpus) => {
    const all = view.corpora[corpus]?.train.sentences;
    const at = (size) => (size === 'all' ? all : size);
    const series = TAGGERS.flatMap((tagger) =>
      seriesOf(view, STYLES[tagger], SIZES[corpus], (size) => ids.curve(tagger, corpus, size), at),
    );
    if (series.length === 0) return [];
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

function lookAhead(view) {
  const series = Object.entries(COMPARED).flatMap(([base, { sentences }]) => {
    const detail = `${sentences === 'all' ? sentences : thousands(sentences)} sentences`;
    return seriesOf(view, { ...STYLES[base], detail }, LOOK_AHEADS, (k) => ids.lookAhead(base, k), Number);
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
function vectors(view) {
  const kindOf = ({ dims, bits, like }) => `${dims} dims, ${bits} bits${like ? ', like names' : ''}`;
  const kinds = [...new Set(TABLES.map(kindOf))];
  const colors = [COLORS.blue, COLORS.vermillion, COLORS.green, COLORS.purple];
  const panels = TABLE_CORPORA.flatMap((corpus) => {
    const series = kinds.flatMap((name, i) => {
      const choices = TABLES.filter((choice) => kindOf(choice) === name);
      const idOf = (choice) => ids.table(corpus, choice);
      const at = (choice) => meanOf(view.rows(idOf(choice)), ({ vector_bytes }) => vector_bytes / 1e6);
      return seriesOf(view, { name, color: colors[i] }, choices, idOf, at).map(({ band, ...line }) => line);
    });
    if (series.length === 0) return [];
    const without = view.f1(ids.noTable(corpus));
    const sizes = series.flatMap(({ points }) => points.map(([x]) => x));
    return [
      {
        title: `${CORPORA[corpus].title}${without ? `; without vectors ${without.mean.toFixed(1)}` : ''}`,
        x: { label: 'megabytes', log: true, ...widened(sizes, true), ticks: [1, 2, 4, 8, 16, 32, 64], format: String },
        y: { label: 'dev F1', ...widened(heights(series)) },
        series,
      },
    ];
  });
  if (panels.length === 0) return undefined;
  for (const { x } of panels) x.ticks = x.ticks.filter((tick) => tick >= x.min && tick <= x.max);
  return chart({
    title: 'What a table of word vectors is worth',
    description: `Dev F1 by the size of the table. ${spoken(panels)}`,
    columns: 1,
    panelHeight: 260,
    nameWidth: 210,
    panels,
  });
}

/** A line of means with the spread of the seeds around it; nothing if nothing was measured. */
function seriesOf(view, style, choices, idOf, at) {
  const measured = choices.filter((choice) => view.rows(idOf(choice)).length > 0);
  if (measured.length === 0) return [];
  const summaries = measured.map((choice) => ({ x: at(choice), ...view.f1(idOf(choice)) }));
  const points = summaries.map(({ x, mean }) => [x, mean]);
  const band = summaries.map(({ x, least, most }) => [x, least, most]);
  return [{ ...style, points, marked: true, ...(summaries.some(({ n }) => n > 1) && { band }) }];
}

function heights(series) {
  return series.flatMap(({ points, band }) => (band ? band.flatMap(([, ...ys]) => ys) : points.map(([, y]) => y)));
}

/** The least and the greatest, and a little more on both sides. */
function widened(values, isLog = false) {
  const [inner, outer] = isLog ? [Math.log, Math.exp] : [Number, Number];
  const [low, high] = [inner(Math.min(...values)), inner(Math.max(...values))];
  const room = MARGIN * (high - low || 1);
  return { min: outer(low - room), max: outer(high + room) };
}

/** For those who do not see the picture: where every line ends. */
function spoken(panels) {
  return panels
    .map(({ title, series }) => {
      const ends = series.map(
        ({ name, points }) => `${name} ${points.at(-1)[1].toFixed(1)} at ${thousandsOrLess(points.at(-1)[0])}`,
      );
      return `${title}: ${ends.join(', ')}.`;
    })
    .join(' ');
}

function thousandsOrLess(value) {
  return value >= 100 ? thousands(value) : String(Number(value.toPrecision(2)));
}
