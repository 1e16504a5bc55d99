import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { escapeHtml } from './escape-html.js';

export interface ChartAxis {
  readonly label: string;
  readonly isLog?: boolean;
  /** The ends, if they are not those of the values. */
  readonly from?: number;
  readonly to?: number;
  /** Ticks at whole numbers only. */
  readonly isWhole?: boolean;
}

/** x and y, in the units of the axes. What is not finite leaves a gap. */
export type ChartPoint = readonly [x: number, y: number];

export interface ChartSeries {
  /** For the legend; empty for what needs none. */
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** `marked`: a line whose points can be told apart and read; `dots`: points alone; `quiet`: thin, in the color of the grid. */
  readonly look?: 'line' | 'marked' | 'dots' | 'quiet';
}

export interface Chart {
  readonly title: string;
  /** Read out instead of the picture. */
  readonly description: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly ChartSeries[];
}

const WIDTH = 440;
const HEIGHT = 280;
const FRAME = { left: 56, top: 12, right: WIDTH - 12, bottom: HEIGHT - 44 };
const TICKS = 5;
/** More points than this run together. */
const MARK_LIMIT = 60;

/** A chart with its title above and its legend below. */
export function chartFigure(chart: Chart): string {
  return `<figure class="plot"><figcaption>${escapeHtml(chart.title)}</figcaption>${chartSvg(chart)}${chartLegend(chart)}</figure>`;
}

/** A chart as a page of its own, which needs no other file. */
export function chartPage(chart: Chart): string {
  const style =
    'body{font:14px sans-serif;max-width:640px;margin:2em auto}.line{fill:none;stroke:#2456a6;stroke-width:2}.dot{fill:#2456a6}' +
    '.quiet-line{fill:none;stroke:#889;stroke-dasharray:4 3}.grid{stroke:#ddd}.axis{stroke:#666}.tick{font-size:12px;fill:#444}';
  const title = escapeHtml(chart.title);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>${style}</style>${chartFigure(chart)}<p>${escapeHtml(chart.description)}</p></html>\n`;
}

/**
 * A line chart as SVG, for pages. Lines differ in color and in dashes; classes of the style sheet give both, so that a chart suits
 * light and dark pages.
 */
function chartSvg({ title, description, x, y, series }: Chart): string {
  const points = series.flatMap((one) => one.points).filter(([px, py]) => isShown(px, x) && isShown(py, y));
  const xScale = scaleOf(
    x,
    points.map(([value]) => value),
  ).range([FRAME.left, FRAME.right]);
  const yScale = scaleOf(
    y,
    points.map(([, value]) => value),
  ).range([FRAME.bottom, FRAME.top]);
  const place = line<ChartPoint>()
    .defined(([px, py]) => isShown(px, x) && isShown(py, y))
    .x(([px]) => round(xScale(px)))
    .y(([, py]) => round(yScale(py)));
  let shown = 0;
  const marks = series.map(({ points: own, look = 'line' }) => {
    if (look === 'quiet') return `<path class="quiet-line" d="${place(own) ?? ''}"/>`;
    const style = `series-${shown++ % SERIES_STYLES}`;
    const here = own.filter(([px, py]) => isShown(px, x) && isShown(py, y));
    const at = ([px, py]: ChartPoint) => `cx="${round(xScale(px))}" cy="${round(yScale(py))}"`;
    if (look === 'dots') return here.map((point) => `<circle class="point ${style}" ${at(point)} r="2.5"/>`).join('');
    const drawn = `<path class="line ${style}" d="${place(own) ?? ''}"/>`;
    if (look === 'line' || here.length > MARK_LIMIT) return drawn;
    const marked = here.map((point) => {
      const said = escapeHtml(`${x.label} ${point[0]}: ${Number(point[1].toPrecision(4))}`);
      return `<circle class="dot ${style}" ${at(point)} r="3.5"><title>${said}</title></circle>`;
    });
    return drawn + marked.join('');
  });
  const xTicks = ticksOf(xScale, x).map(
    ({ value, label }) =>
      `<text class="tick" x="${round(xScale(value))}" y="${FRAME.bottom + 18}" text-anchor="middle">${label}</text>`,
  );
  const yTicks = ticksOf(yScale, y).map(({ value, label }) => {
    const at = round(yScale(value));
    return (
      `<line class="grid" x1="${FRAME.left}" x2="${FRAME.right}" y1="${at}" y2="${at}"/>` +
      `<text class="tick" x="${FRAME.left - 8}" y="${at + 4}" text-anchor="end">${label}</text>`
    );
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(`${title}. ${description}`)}">` +
    `<defs><clipPath id="${clipOf(title)}"><rect x="${FRAME.left - 4}" y="${FRAME.top - 4}" width="${FRAME.right - FRAME.left + 8}" height="${FRAME.bottom - FRAME.top + 8}"/></clipPath></defs>` +
    `${yTicks.join('')}${xTicks.join('')}` +
    `<line class="axis" x1="${FRAME.left}" x2="${FRAME.right}" y1="${FRAME.bottom}" y2="${FRAME.bottom}"/>` +
    `<text class="tick" x="${(FRAME.left + FRAME.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(x.label)}</text>` +
    `<text class="tick" transform="translate(12 ${(FRAME.top + FRAME.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(y.label)}</text>` +
    `<g clip-path="url(#${clipOf(title)})">${marks.join('')}</g></svg>`
  );
}

/** As many as the style sheet has: `.series-0` and on. */
const SERIES_STYLES = 5;

/** The legend of a chart: names beside the looks of their lines. */
function chartLegend({ series }: Chart): string {
  const items = series
    .filter(({ look }) => look !== 'quiet')
    .map(({ name, look }, i) => ({ name, look, style: `series-${i % SERIES_STYLES}` }))
    .filter(({ name }) => name !== '')
    .map(({ name, look, style }) => {
      const mark =
        look === 'dots'
          ? `<circle class="point ${style}" cx="14" cy="5" r="3"/>`
          : `<path class="line ${style}" d="M1 5H27"/>`;
      return `<li><svg class="key" viewBox="0 0 28 10" aria-hidden="true">${mark}</svg>${escapeHtml(name)}</li>`;
    });
  return items.length < 2 ? '' : `<ul class="chart-legend">${items.join('')}</ul>`;
}

function isShown(value: number, { isLog = false }: ChartAxis): boolean {
  return Number.isFinite(value) && (!isLog || value > 0);
}

function scaleOf(axis: ChartAxis, values: readonly number[]): ScaleContinuousNumeric<number, number> {
  const from = axis.from ?? values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const to = axis.to ?? values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const ends = Number.isFinite(from) && Number.isFinite(to) ? [from, to] : axis.isLog ? [1, 10] : [0, 1];
  const scale = axis.isLog ? scaleLog() : scaleLinear();
  scale.domain(ends[0] === ends[1] ? [ends[0], axis.isLog ? ends[0] * 10 : ends[0] + 1] : ends);
  return axis.from === undefined || axis.to === undefined ? scale.nice(TICKS) : scale;
}

function ticksOf(
  scale: ScaleContinuousNumeric<number, number>,
  { isLog = false, isWhole = false }: ChartAxis,
): { readonly value: number; readonly label: string }[] {
  if (!isLog) {
    const format = isWhole ? String : scale.tickFormat(TICKS);
    const ticks = scale.ticks(TICKS).filter((value) => !isWhole || Number.isInteger(value));
    return ticks.map((value) => ({ value, label: escapeHtml(format(value)) }));
  }
  const [from, to] = scale.domain().map(Math.log10);
  const every = Math.max(1, Math.ceil((to - from) / TICKS));
  const ticks: { value: number; label: string }[] = [];
  for (let power = Math.ceil(from - 1e-9); power <= to + 1e-9; power++)
    if (power % every === 0) ticks.push({ value: 10 ** power, label: powerOfTen(power) });
  return ticks;
}

function powerOfTen(power: number): string {
  if (power >= -2 && power <= 3) return String(Number((10 ** power).toPrecision(1)));
  return `10<tspan dy="-5" font-size="9">${power}</tspan>`;
}

/** Several charts stand on one page, and an id is for the whole page. */
function clipOf(title: string): string {
  return `clip-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

function round(position: number): number {
  return Math.round(position * 100) / 100;
}
