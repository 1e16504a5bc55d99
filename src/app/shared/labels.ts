/** How a label is told and drawn: always by its name, a colour and a line of its own. */
export interface LabelStyle {
  readonly label: string;
  /** In words: `person`. */
  readonly name: string;
  /** Class names of the style sheet, such as `colour-0 line-0`. */
  readonly className: string;
}

/** Palette of Okabe and Ito (2008), which the colour-blind can tell apart, without black; see `style.css`. */
const COLOUR_COUNT = 7;
/** Solid, dashed, dotted, double, wavy. No common divisor with the colours: 35 labels look different. */
const LINE_COUNT = 5;

const KNOWN: Readonly<Record<string, { readonly name: string; readonly index: number }>> = {
  PER: { name: 'person', index: 0 },
  PERSON: { name: 'person', index: 0 },
  ORG: { name: 'organisation', index: 1 },
  ORGANIZATION: { name: 'organisation', index: 1 },
  ORGANISATION: { name: 'organisation', index: 1 },
  LOC: { name: 'location', index: 2 },
  LOCATION: { name: 'location', index: 2 },
  MISC: { name: 'other name', index: 3 },
};
const FIRST_FREE_INDEX = 4;

/**
 * The styles of a model's labels, in their order. A known label looks the same in every model, another takes the next
 * free place; `found` are labels beyond the model's own, which only a damaged model gives.
 */
export function labelStyles(labels: readonly string[], found: readonly string[] = []): ReadonlyMap<string, LabelStyle> {
  const styles = new Map<string, LabelStyle>();
  let free = FIRST_FREE_INDEX;
  for (const label of new Set([...labels, ...found])) {
    const style = styleOf(label, free);
    if (!isKnown(label)) free++;
    styles.set(label, style);
  }
  return styles;
}

/** The styles of a project's labels: known ones look as in every model, the others as they were given when they came. */
export function projectStyles(
  labels: readonly { readonly label: string; readonly look: number }[],
): ReadonlyMap<string, LabelStyle> {
  return new Map(labels.map(({ label, look }) => [label, styleOf(label, FIRST_FREE_INDEX + look)]));
}

function isKnown(label: string): boolean {
  return Object.hasOwn(KNOWN, label.toUpperCase());
}

function styleOf(label: string, free: number): LabelStyle {
  const known = isKnown(label) ? KNOWN[label.toUpperCase()] : undefined;
  const index = known?.index ?? free;
  return {
    label,
    name: known?.name ?? inWords(label),
    className: `colour-${index % COLOUR_COUNT} line-${index % LINE_COUNT}`,
  };
}

/** `creative-work` becomes `creative work`; a label of symbols only stays as it is. */
function inWords(label: string): string {
  return (
    label
      .replace(/[-_\s]+/g, ' ')
      .trim()
      .toLowerCase() || label
  );
}
