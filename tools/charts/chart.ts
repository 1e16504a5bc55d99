import { scaleLinear, scaleLog } from 'd3-scale';

// Line charts and scatter plots as SVG files for the documents, one or several panels a picture. Unlike the charts of the pages
// (app/shared/chart.ts) they bring their colors along, and lines bear their names at their ends: no legend, no style sheet.

export interface Axis {
  readonly label: string;
  readonly log?: boolean;
  readonly reversed?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly ticks?: readonly number[];
  readonly format?: (value: number) => string;
}

/** x and y, in the units of the axes. */
export type Point = readonly [x: number, y: number];

/** x with its lowest and highest y. */
export type BandPoint = readonly [x: number, low: number, high: number];

export interface Series {
  /** Empty where there is none to write. */
  readonly name: string;
  readonly detail?: string;
  readonly color: string;
  readonly points: readonly Point[];
  /** A shaded area. */
  readonly band?: readonly BandPoint[];
  /** Points alone, without a line. */
  readonly dots?: boolean;
  readonly thin?: boolean;
  /** A dot at every point of the line. */
  readonly marked?: boolean;
  /** Puts the name right of this point instead of the last. */
  readonly nameAt?: Point | undefined;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly diagonal?: boolean;
}

export interface Picture {
  /** Drawn and read out. */
  readonly title: string;
  /** Only read out. */
  readonly description: string;
  readonly panels: readonly Panel[];
  readonly columns?: number;
  readonly panelHeight?: number;
  /** Room right of each panel for the names. */
  readonly nameWidth?: number;
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly id: string;
}

/** From the units of the axes to pixels. */
type Place = (point: Point) => Point;

/** Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), less what is too pale to read on white. */
export const COLORS = {
  black: '#000000',
  blue: '#0072b2',
  vermillion: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
  gray: '#6e7781',
};

const WIDTH = 840;
const PAPER = '#ffffff';
const INK = '#1f2328';
const MUTED = '#59636e';
const GRID = '#e4e7eb';
const FONT = "-apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";
const MARGIN = { left: 64, top: 30, bottom: 48 };
const NAME_HEIGHT = 17;
const TICKS = 6;

/** The picture as SVG. */
export function chart({
  title,
  description,
  panels,
  columns = 1,
  panelHeight = 300,
  nameWidth = 120,
}: Picture): string {
  const head = 46;
  const panelWidth = WIDTH / columns;
  const rows = Math.ceil(panels.length / columns);
  const height = head + rows * (MARGIN.top + panelHeight + MARGIN.bottom);
  const drawn = panels.map((panel, i) => {
    const left = (i % columns) * panelWidth + MARGIN.left;
    const top = head + Math.floor(i / columns) * (MARGIN.top + panelHeight + MARGIN.bottom) + MARGIN.top;
    const right = left + panelWidth - MARGIN.left - nameWidth;
    return panelOf(panel, { left, top, right, bottom: top + panelHeight, id: `plot-${i}` });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description" font-family="${FONT}" font-size="13" fill="${INK}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="${PAPER}"/>`,
    text({ x: 20, y: 31, size: 16, weight: 600 }, title),
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

/** Two digits, with a power of ten where the value is far from 1: 0.13, 410, 7.8 · 10⁻⁸. */
export function written(value: number): string {
  if (value >= 0.01 && value < 1000) return String(Number(value.toPrecision(2)));
  const [digits, exponent] = value.toExponential(1).split('e');
  return `${digits} · 10${raised(Number(exponent))}`;
}

function panelOf(panel: Panel, frame: Frame): string {
  const { left, top, right, bottom, id } = frame;
  const xs = panel.series.flatMap(({ points }) => points.map(([x]) => x));
  const ys = panel.series.flatMap(({ points, band = [] }) => [
    ...points.map(([, y]) => y),
    ...band.flatMap(([, ...y]) => y),
  ]);
  const x = panel.x.reversed ? scaleOf(panel.x, xs, right, left) : scaleOf(panel.x, xs, left, right);
  const y = scaleOf(panel.y, ys, bottom, top);
  const middle = (top + bottom) / 2;
  const place: Place = ([px, py]) => [round(x.position(px)), round(y.position(py))];
  return [
    text({ x: left, y: top - 12, weight: 600 }, panel.title),
    `<clipPath id="${id}"><rect x="${left}" y="${top - 1}" width="${right - left + 1}" height="${bottom - top + 2}"/></clipPath>`,
    ...y.ticks.map(({ value, label }) => {
      const at = round(y.position(value));
      const line = `<path d="M${left} ${at}H${right}" stroke="${GRID}"/>`;
      return line + text({ x: left - 8, y: at + 4, anchor: 'end', color: MUTED, size: 12 }, label);
    }),
    ...x.ticks.map(({ value, label }) => {
      const at = round(x.position(value));
      const line = `<path d="M${at} ${bottom}v5" stroke="${MUTED}"/>`;
      return line + text({ x: at, y: bottom + 19, anchor: 'middle', color: MUTED, size: 12 }, label);
    }),
    `<path d="M${left} ${bottom}H${right}" stroke="${MUTED}"/>`,
    text({ x: (left + right) / 2, y: bottom + 38, anchor: 'middle', color: MUTED, size: 12 }, panel.x.label),
    `<g transform="rotate(-90 ${left - 48} ${middle})">${text({ x: left - 48, y: middle, anchor: 'middle', color: MUTED, size: 12 }, panel.y.label)}</g>`,
    panel.diagonal ? `<path d="M${left} ${bottom}L${right} ${top}" stroke="${MUTED}" stroke-dasharray="2 4"/>` : '',
    `<g clip-path="url(#${id})" fill="none" stroke-linecap="round" stroke-linejoin="round">`,
    ...panel.series.flatMap(({ band, color }) => (band ? [area(band, color, place)] : [])),
    ...panel.series.map((series) => (series.dots ? dots(series, place) : line(series, place))),
    '</g>',
    ...names(panel.series, place, frame),
  ].join('\n');
}

function line({ points, color, thin, marked }: Series, place: Place): string {
  const style = thin ? 'stroke-width="1" stroke-opacity="0.6"' : 'stroke-width="2.2"';
  const path = `<path d="M${points.map((point) => place(point).join(' ')).join('L')}" stroke="${color}" ${style}/>`;
  const marks = points.map((point) => `M${place(point).join(' ')}h0`).join('');
  return marked ? `${path}<path d="${marks}" stroke="${color}" stroke-width="6"/>` : path;
}

/** Along the lower edge and back along the upper one. */
function area(band: readonly BandPoint[], color: string, place: Place): string {
  const lower = band.map(([x, low]) => place([x, low]));
  const upper = band.map(([x, , high]) => place([x, high])).reverse();
  const outline = [...lower, ...upper].map((point) => point.join(' ')).join('L');
  return `<path d="M${outline}Z" fill="${color}" fill-opacity="0.16"/>`;
}

/** Lines of no length with round ends. */
function dots({ points, color }: Series, place: Place): string {
  const d = points.map((point) => `M${place(point).join(' ')}h0`).join('');
  return `<path d="${d}" stroke="${color}" stroke-width="4.5" stroke-opacity="0.6"/>`;
}

/** Names right of the lines' ends, moved apart where they would cover each other; a dot before the names of dots. */
function names(series: readonly Series[], place: Place, { top, bottom }: Frame): string[] {
  const labels = series
    .filter(({ name }) => name)
    .map((one) => {
      const [x, y] = place(one.nameAt ?? one.points.at(-1)!);
      return { ...one, x, y: Math.min(bottom, Math.max(top, y)) };
    });
  const free = labels.filter(({ nameAt }) => !nameAt).sort((one, other) => one.y - other.y);
  const wanted = new Map(free.map((label) => [label, label.y]));
  for (let pass = 0; pass < 50; pass++) {
    for (let i = 1; i < free.length; i++) {
      const overlap = NAME_HEIGHT - (free[i].y - free[i - 1].y);
      if (overlap <= 0) continue;
      free[i - 1].y -= overlap / 2;
      free[i].y += overlap / 2;
    }
  }
  return labels.map((label) => {
    const { name, detail, color, dots: isDots, x, y } = label;
    const end = wanted.get(label) ?? y;
    const leader = Math.abs(y - end) > 3 ? `<path d="M${x + 3} ${end}L${x + 9} ${round(y)}" stroke="${color}"/>` : '';
    const mark = isDots ? `<circle cx="${x}" cy="${round(y)}" r="4" fill="${color}"/>` : '';
    const more = detail ? `<tspan font-weight="400" fill="${MUTED}"> ${escaped(detail)}</tspan>` : '';
    // The white edge keeps a name readable where it lies on lines.
    const style = `font-weight="600" fill="${isDots ? INK : color}" paint-order="stroke" stroke="${PAPER}" stroke-width="4" stroke-linejoin="round"`;
    return `${leader}${mark}<text x="${round(x + 12)}" y="${round(y + 4.5)}" ${style}>${escaped(name)}${more}</text>`;
  });
}

/** Where values lie between two pixels, and the ticks. */
function scaleOf({ log = false, min, max, ticks, format }: Axis, values: readonly number[], from: number, to: number) {
  const least = min ?? values.reduce((a, b) => Math.min(a, b));
  const most = max ?? values.reduce((a, b) => Math.max(a, b));
  const scale = (log ? scaleLog() : scaleLinear()).domain([least, most]).range([from, to]);
  const write = format ?? (log ? powerOfTen : scale.tickFormat(TICKS));
  const all = ticks ?? (log ? decades(least, most) : scale.ticks(TICKS));
  return { position: (value: number) => scale(value), ticks: all.map((value) => ({ value, label: write(value) })) };
}

/** Powers of ten only, at most about seven: scaleLog's own ticks lie between them as well. */
function decades(least: number, most: number): number[] {
  const [low, high] = [Math.log10(least), Math.log10(most)];
  const step = Math.max(1, Math.ceil((high - low) / 7));
  const first = Math.ceil(low / step - 1e-9) * step;
  return Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, i) => 10 ** (first + i * step));
}

function powerOfTen(value: number): string {
  const exponent = Math.round(Math.log10(value));
  return exponent >= -2 && exponent <= 3 ? String(Number(value.toPrecision(1))) : `10${raised(exponent)}`;
}

function raised(exponent: number): string {
  return [...String(exponent)].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('');
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly anchor?: string;
  readonly size?: number;
  readonly weight?: number;
  readonly color?: string;
}

function text({ x, y, anchor = 'start', size = 13, weight = 400, color = INK }: TextStyle, content: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}" fill="${color}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function round(position: number): number {
  return Math.round(position * 10) / 10;
}
