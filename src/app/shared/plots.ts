/** A line plot in numbers: what `views/partials/plot.ejs` writes as SVG. All positions are in pixels of its view box. */
export interface LinePlot {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly frame: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** `points` of SVG polylines; more than one where values are missing in between. */
  readonly polylines: readonly string[];
  readonly dots: readonly { readonly x: number; readonly y: number; readonly title: string }[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
}

interface Tick {
  readonly position: number;
  readonly label: string;
}

export interface LinePlotOptions {
  readonly title: string;
  /** What `x` counts, for the dots: `epoch`. */
  readonly xName: string;
  /** In ascending order of `x`; `null` leaves a gap. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  /** The axis reaches at least from `yLeast` to `yMost`. */
  readonly yLeast?: number;
  readonly yMost?: number;
}

const WIDTH = 440;
const HEIGHT = 220;
const FRAME = { left: 44, top: 12, right: WIDTH - 12, bottom: HEIGHT - 28 };
/** More dots than this run together. */
const DOT_LIMIT = 60;

/** `undefined` when there is no value to draw. */
export function linePlot({ title, xName, points, yLeast, yMost }: LinePlotOptions): LinePlot | undefined {
  const known = points.filter((point): point is { x: number; y: number } => point.y !== null);
  if (known.length === 0) return undefined;
  const ys = known.map(({ y }) => y);
  const yAxis = axis(Math.min(...ys, yLeast ?? Infinity), Math.max(...ys, yMost ?? -Infinity), {
    from: FRAME.bottom,
    to: FRAME.top,
  });
  const xAxis = axis(points[0].x, points.at(-1)!.x, {
    from: FRAME.left,
    to: FRAME.right,
    isWhole: true,
    isTight: true,
  });
  const place = ({ x, y }: { x: number; y: number }) => ({ x: xAxis.positionOf(x), y: yAxis.positionOf(y) });

  return {
    title,
    width: WIDTH,
    height: HEIGHT,
    frame: FRAME,
    polylines: runsOf(points).map((run) =>
      run
        .map(place)
        .map(({ x, y }) => `${x},${y}`)
        .join(' '),
    ),
    dots:
      known.length > DOT_LIMIT
        ? []
        : known.map((point) => ({ ...place(point), title: `${xName} ${point.x}: ${shortNumber(point.y)}` })),
    xTicks: xAxis.ticks,
    yTicks: yAxis.ticks,
  };
}

/** Neighbouring points that have values. */
function runsOf(points: LinePlotOptions['points']): readonly (readonly { x: number; y: number }[])[] {
  const runs: { x: number; y: number }[][] = [[]];
  for (const { x, y } of points) {
    if (y === null) runs.push([]);
    else runs.at(-1)!.push({ x, y });
  }
  return runs.filter((run) => run.length > 0);
}

interface AxisOptions {
  /** Pixels. */
  readonly from: number;
  readonly to: number;
  /** Ticks at whole numbers only. */
  readonly isWhole?: boolean;
  /** Ends at the values themselves, not at the next ticks. */
  readonly isTight?: boolean;
}

/** About five ticks at multiples of 1, 2 or 5 times a power of ten. */
function axis(least: number, most: number, { from, to, isWhole = false, isTight = false }: AxisOptions) {
  const step = tickStep(most - least || Math.abs(most) || 1, isWhole);
  const low = isTight ? least : Math.floor(least / step + 1e-9) * step;
  const high = isTight ? most : Math.ceil(most / step - 1e-9) * step;
  const span = high - low;
  const positionOf = (value: number) =>
    round(span === 0 ? (from + to) / 2 : from + ((value - low) / span) * (to - from));
  // As many digits as tell one tick from the next.
  const digits = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high), step) / step)) + 1;
  const tickLabel = (value: number) => String(Number(value.toPrecision(Math.min(digits, 15))));
  const ticks: Tick[] = [];
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
    ticks.push({ position: positionOf(index * step), label: tickLabel(index * step) });
  }
  return { positionOf, ticks };
}

function tickStep(span: number, isWhole: boolean): number {
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999)!;
  return isWhole ? Math.max(1, Math.round(step)) : step;
}

function round(position: number): number {
  return Math.round(position * 100) / 100;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
