import { outcomeHtml } from '#app/learn/exhibit-html.js';
import { type Choice, type Experiment, type Range, readingOf, valuesOf } from '#app/learn/experiment.js';

type Told = Readonly<Record<string, unknown>>;

/** An experiment as its page shows it, with the controls where an address puts them. */
export function experimentView({ id, title, text, formula, files, controls, isLong = false }: Experiment, told: Told) {
  const values = valuesOf(controls, told);
  return {
    id,
    title,
    text,
    formula,
    files,
    isLong,
    controls: Object.entries(controls).map(([name, control]) =>
      control.kind === 'range'
        ? rangeView(name, control, values[name] as number)
        : choiceView(name, control, values[name]),
    ),
  };
}

/** The markup of an outcome, which escapes what it holds; undefined where only a browser computes it. */
export function outcomeView({ controls, isLong = false, run }: Experiment, told: Told): string | undefined {
  return isLong ? undefined : outcomeHtml(run(valuesOf(controls, told)));
}

function rangeView(name: string, control: Range, value: number) {
  const { label, from, to, step, isPower = false } = control;
  const position = Number((isPower ? Math.log10(value) : value).toFixed(6));
  return { kind: 'range', name, label, from, to, step, position, reading: readingOf(control, position) };
}

function choiceView(name: string, { label, options }: Choice, value: number | string) {
  return {
    kind: 'choice',
    name,
    label,
    options: Object.entries(options).map(([option, text]) => ({ value: option, text, isChosen: option === value })),
  };
}
