import type { Chart } from '#app/shared/chart.js';

/** A number chosen by a slider. */
export interface Range {
  readonly kind: 'range';
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly value: number;
  /** The slider moves over powers of ten: `from`, `to`, `step` and `value` are exponents. */
  readonly isPower?: boolean;
}

/** One of a few words. */
export interface Choice {
  readonly kind: 'choice';
  readonly label: string;
  /** What each word reads as. */
  readonly options: Readonly<Record<string, string>>;
  readonly value: string;
}

export type Controls = Readonly<Record<string, Range | Choice>>;

/** What the controls stand at: a number for a slider, the chosen word for a choice. */
export type ValuesOf<C extends Controls> = {
  readonly [K in keyof C]: C[K] extends { readonly options: infer Options } ? keyof Options & string : number;
};

export type Values = Readonly<Record<string, number | string>>;

/** Values between -1 and 1, or 0 and 1, a row a unit and a column a word. */
export interface HeatMap {
  readonly kind: 'heat';
  readonly title: string;
  readonly description: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
}

export interface FiguresTable {
  readonly kind: 'table';
  readonly title: string;
  readonly head: readonly string[];
  /** The first cell of each names the row; `isMarked` is what to look at. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly isMarked?: boolean }[];
}

export type Exhibit = ({ readonly kind: 'chart' } & Chart) | HeatMap | FiguresTable;

/** What came of an experiment. */
export interface Outcome {
  /** What to see in it, in a sentence or two. */
  readonly says: string;
  readonly exhibits: readonly Exhibit[];
}

/** One technique, to be tried: the same function runs in the reader's browser and, for readers without scripts, on the server. */
export interface Experiment {
  /** In the address of its page. */
  readonly id: string;
  readonly title: string;
  /** For the list of all. */
  readonly summary: string;
  /** What it is about, a paragraph each. */
  readonly text: readonly string[];
  readonly formula: string;
  /** The files of the engine that it runs, from the project's folder. */
  readonly files: readonly string[];
  readonly controls: Controls;
  /** It trains networks, which takes too long for a server that others wait for: it runs in browsers only. */
  readonly isLong?: boolean;
  /** The same values give the same outcome. */
  run(values: Values): Outcome;
}

/** An experiment whose `run` knows the types of its controls. */
export function experiment<const C extends Controls>(
  definition: Omit<Experiment, 'controls' | 'run'> & { readonly controls: C; run(values: ValuesOf<C>): Outcome },
): Experiment {
  return definition as unknown as Experiment;
}

/**
 * What controls stand at by a form or an address: numbers are brought onto the slider, and whatever is no value of a control, or
 * missing, is the control's own.
 *
 * @param told Text by the name of a control.
 */
export function valuesOf(controls: Controls, told: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    Object.entries(controls).map(([name, control]) => {
      const text = Object.hasOwn(told, name) ? told[name] : undefined;
      return [name, typeof text === 'string' ? readValue(control, text) : standardOf(control)];
    }),
  );
}

function readValue(control: Range | Choice, text: string): number | string {
  if (control.kind === 'choice') return Object.hasOwn(control.options, text) ? text : control.value;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? scaled(control, number) : standardOf(control);
}

function standardOf(control: Range | Choice): number | string {
  return control.kind === 'choice' ? control.value : scaled(control, control.value);
}

/** Brought between the ends and onto a step, then raised where the slider moves over powers. */
function scaled({ from, to, step, isPower = false }: Range, position: number): number {
  const steps = Math.round((Math.min(to, Math.max(from, position)) - from) / step);
  const value = Number((from + steps * step).toFixed(6));
  return isPower ? 10 ** value : value;
}

/** How a slider's value reads beside it. */
export function readingOf({ isPower = false }: Range, position: number): string {
  const value = isPower ? 10 ** position : position;
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5))
    return value.toExponential(0).replace('e', ' · 10^');
  return String(Number(value.toPrecision(3)));
}
