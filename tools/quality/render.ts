import { type FinalReport, scoresOf } from '../final-report.js';
import { PLOT_MAKERS } from './plots.js';
import { f1Of, meanOf, minutes, signed, thousands, written } from './summary.js';
import { TABLE_MAKERS } from './tables.js';
import { createView, type View, type ViewInput } from './view.js';

const PLACEHOLDER = /\{\{([^{}]+)\}\}/g;
const WIDTH = 120;
const NOTHING = '*Not measured yet.*';

/**
 * The page and its figures, from the template and the results alone. In the template a paragraph of its own may be
 * `{{table NAME ARGUMENTS}}` or `{{figure NAME DESCRIPTION}}`; inside a paragraph stand {@link FACTS}. A paragraph that
 * needs what has not been measured is left out.
 *
 * @returns Contents by paths below docs/.
 */
export function renderQuality({ template, ...input }: ViewInput & { readonly template: string }): {
  readonly files: Readonly<Record<string, string>>;
} {
  const view = createView(input);
  const files: Record<string, string> = {};
  const figure = (name: string, description: string): string | undefined => {
    const svg = maker(PLOT_MAKERS, 'figure', name)(view);
    if (svg === undefined) return undefined;
    files[`images/${name}.svg`] = svg;
    return `![${description}](images/${name}.svg)`;
  };
  const paragraphs = template.split(/\n{2,}/).map((paragraph) => {
    const [, kind, name, rest] = /^\{\{(table|figure) (\S+)\s*(.*)\}\}$/s.exec(paragraph.trim()) ?? [];
    if (kind === 'figure') return figure(name, rest);
    if (kind === 'table') {
      const lines = maker(TABLE_MAKERS, 'table', name)(view, ...rest.split(' ').filter((word) => word !== ''));
      return lines.length > 0 ? lines.join('\n') : NOTHING;
    }
    return filled(paragraph, view);
  });
  files['quality.md'] = `${paragraphs
    .filter((paragraph) => paragraph !== undefined)
    .join('\n\n')
    .trim()}\n`;
  return { files };
}

/** What a placeholder inside a paragraph may ask for: text, or undefined where it has not been measured. */
const FACTS: Readonly<Record<string, (view: View, ...args: string[]) => string | undefined>> = {
  /** Mean and spread of an experiment. */
  f1: (view, id) => (view.f1(id) ? written(view.f1(id)) : undefined),
  mean: (view, id) => view.f1(id)?.mean.toFixed(1),
  /** How much the second mean is above the first. */
  difference(view, from, to) {
    const [one, other] = [from, to].map((id) => meanOf(view.rows(id), f1Of));
    return one === undefined || other === undefined ? undefined : signed(other - one);
  },
  /** A number of corpora.json: `count uner_en_ewt dev names`. */
  count(view, ...keys) {
    const number = keys.reduce<unknown>(
      (part, key) => (part as Record<string, unknown> | undefined)?.[key],
      view.corpora,
    );
    return typeof number === 'number' ? thousands(number) : undefined;
  },
  /** Seeds that were run of the experiments whose names begin so. */
  seeds(view, prefix) {
    const counts = view.ids(prefix).flatMap((id) => (view.rows(id).length > 0 ? [view.rows(id).length] : []));
    if (counts.length === 0) return undefined;
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    return least === most ? String(most) : `${least} to ${most}`;
  },
  runs: (view) => thousands(view.allRows().length),
  time: (view) => minutes(view.allRows().reduce((sum, { seconds }) => sum + seconds, 0)),
  machines: (view) => listed(view.allRows().map(({ machine }) => machine)),
  parallel: (view) => String(Math.max(...view.allRows().map(({ parallel }) => parallel))),
  /** Percent of the names in dev that are not in the training data. */
  unseen(view, id) {
    const [row] = view.rows(id);
    const { unseen_number, seen_number }: Partial<FinalReport> = row ? scoresOf(row.dev) : {};
    if (unseen_number === undefined || seen_number === undefined) return undefined;
    return ((100 * unseen_number) / (unseen_number + seen_number)).toFixed(0);
  },
  crfsuite: (view) => listed(view.allRows().flatMap(({ crfsuite }) => crfsuite ?? [])),
};

function filled(paragraph: string, view: View): string | undefined {
  let isComplete = true;
  let isFilled = false;
  const text = paragraph.replaceAll(PLACEHOLDER, (_, inside: string) => {
    const [name, ...args] = inside.trim().split(/\s+/);
    const value = maker(FACTS, 'fact', name)(view, ...args);
    if (value === undefined) isComplete = false;
    isFilled = true;
    return value ?? '';
  });
  if (!isComplete) return undefined;
  return isFilled ? wrapped(text) : text;
}

/** Lines of at most {@link WIDTH} characters, since numbers are not as long as their placeholders. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join('\n');
}

function maker<Maker>(makers: Readonly<Record<string, Maker>>, kind: string, name: string): Maker {
  if (Object.hasOwn(makers, name)) return makers[name];
  throw new Error(`quality: there is no ${kind} "${name}", only ${Object.keys(makers).join(', ')}`);
}

function listed(values: readonly string[]): string | undefined {
  const different = [...new Set(values)].sort();
  return different.length > 0 ? different.join('; ') : undefined;
}
