/**
 * Line charts and scatter plots as SVG text, one or several panels a picture. Lines bear their names at their ends, so that
 * no legend has to be looked up and no colour has to be told apart.
 *
 * @typedef {{ label: string, log?: boolean, reversed?: boolean, min?: number, max?: number, ticks?: number[], format?: (value: number) => string }} Axis
 * @typedef {{ name: string, detail?: string, color: string, points: [number, number][], band?: [number, number, number][], dots?: boolean, thin?: boolean, marked?: boolean, nameAt?: [number, number] }} Series
 *   `name` is empty where there is none to write; `nameAt` puts it right of that point instead of the last. `band` is a shaded
 *   area, x with its lowest and highest y; `marked` draws a dot at every point of a line.
 * @typedef {{ title: string, x: Axis, y: Axis, series: Series[], diagonal?: boolean }} Panel
 */

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

/**
 * @param {{ title: string, description: string, panels: Panel[], columns?: number, panelHeight?: number, nameWidth?: number }} picture
 *   `title` is drawn and read out, `description` only read out; `nameWidth` is the room right of each panel for the names.
 * @returns {string}
 */
export function chart({ title, description, panels, columns = 1, panelHeight = 300, nameWidth = 120 }) {
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
export function written(value) {
  if (value >= 0.01 && value < 1000) return String(Number(value.toPrecision(2)));
  const [digits, exponent] = value.toExponential(1).split('e');
  return `${digits} · 10${raised(Number(exponent))}`;
}

function panelOf(panel, frame) {
  const { left, top, right, bottom, id } = frame;
  const xs = panel.series.flatMap(({ points }) => points.map(([x]) => x));
  const ys = panel.series.flatMap(({ points, band = [] }) => [
    ...points.map(([, y]) => y),
    ...band.flatMap(([, ...y]) => y),
  ]);
  const x = panel.x.reversed ? scaleOf(panel.x, xs, right, left) : scaleOf(panel.x, xs, left, right);
  const y = scaleOf(panel.y, ys, bottom, top);
  const middle = (top + bottom) / 2;
  const place = ([px, py]) => [round(x.position(px)), round(y.position(py))];
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

function line({ points, color, thin, marked }, place) {
  const style = thin ? 'stroke-width="1" stroke-opacity="0.6"' : 'stroke-width="2.2"';
  const path = `<path d="M${points.map((point) => place(point).join(' ')).join('L')}" stroke="${color}" ${style}/>`;
  const marks = points.map((point) => `M${place(point).join(' ')}h0`).join('');
  return marked ? `${path}<path d="${marks}" stroke="${color}" stroke-width="6"/>` : path;
}

/** Along the lower edge and back along the upper one. */
function area(band, color, place) {
  const lower = band.map(([x, low]) => place([x, low]));
  const upper = band.map(([x, , high]) => place([x, high])).reverse();
  const outline = [...lower, ...upper].map((point) => point.join(' ')).join('L');
  return `<path d="M${outline}Z" fill="${color}" fill-opacity="0.16"/>`;
}

/** Lines of no length with round ends. */
function dots({ points, color }, place) {
  const d = points.map((point) => `M${place(point).join(' ')}h0`).join('');
  return `<path d="${d}" stroke="${color}" stroke-width="4.5" stroke-opacity="0.6"/>`;
}

/** Names right of the lines' ends, moved apart where they would cover each other; a dot before the names of dots. */
function names(series, place, { top, bottom }) {
  const labels = series
    .filter(({ name }) => name)
    .map((one) => {
      const [x, y] = place(one.nameAt ?? one.points.at(-1));
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
function scaleOf({ log = false, min, max, ticks, format }, values, from, to) {
  const inner = log ? Math.log10 : (value) => value;
  const least = min ?? values.reduce((a, b) => Math.min(a, b));
  const most = max ?? values.reduce((a, b) => Math.max(a, b));
  const [low, high] = [inner(least), inner(most)];
  const position = (value) => from + ((inner(value) - low) / (high - low)) * (to - from);
  const write = format ?? (log ? powerOfTen : (value) => String(Number(value.toPrecision(6))));
  const all = ticks ?? (log ? decades(low, high) : niceSteps(low, high));
  return { position, ticks: all.map((value) => ({ value, label: write(value) })) };
}

function niceSteps(low, high) {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

function decades(low, high) {
  const step = Math.max(1, Math.ceil((high - low) / 7));
  const first = Math.ceil(low / step - 1e-9) * step;
  return Array.from({ length: Math.floor((high - first) / step + 1e-9) + 1 }, (_, i) => 10 ** (first + i * step));
}

function powerOfTen(value) {
  const exponent = Math.round(Math.log10(value));
  return exponent >= -2 && exponent <= 3 ? String(Number(value.toPrecision(1))) : `10${raised(exponent)}`;
}

function raised(exponent) {
  return [...String(exponent)].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[digit])).join('');
}

function text({ x, y, anchor = 'start', size = 13, weight = 400, color = INK }, content) {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}" fill="${color}">${escaped(content)}</text>`;
}

function escaped(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function round(position) {
  return Math.round(position * 10) / 10;
}
