import { SaxesParser } from 'saxes';
import { AppError } from '#base/errors.js';

/** What a labeling configuration of Label Studio says of marking names in a text: one `<Labels>` over one `<Text>`. */
export interface LabelConfig {
  /** `name` of the `<Labels>` tag. */
  readonly fromName: string;
  /** `name` of the `<Text>` tag. */
  readonly toName: string;
  /** The member of a task's `data` that holds the text: `text` for `value="$text"`. */
  readonly textKey: string;
  /** What Label Studio calls a label of ours; undefined if its configuration has none for it. */
  labelFor(label: string): string | undefined;
  /** The labels as Label Studio calls them; empty where tasks bring their own, and all of ours are passed on. */
  readonly labels: readonly string[];
}

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Reads the XML of a project's labeling configuration. A label of Label Studio stands for ours of the same name, whatever
 * their case, and for those in its `predicted_values`, separated by commas, as Label Studio's own back ends read it.
 *
 * @throws {AppError} `invalid_request` for what is no XML, or names no text that can be marked.
 */
export function readLabelConfig(xml: string): LabelConfig {
  const { controls, texts } = tagsOf(xml);
  const pair = controls
    .map(({ tag, labels }) => ({
      tag,
      labels,
      text: texts.find(({ attributes: { name } }) => name === tag.attributes.toName),
    }))
    .find(({ text }) => text !== undefined);
  const name = pair?.tag.attributes.name;
  const key = /^\$(\w+)$/.exec(pair?.text?.attributes.value ?? '')?.[1];
  if (pair?.text === undefined || name === undefined || key === undefined) {
    throw invalid('expected a <Labels name="…" toName="…"> over a <Text name="…" value="$…">, found none');
  }
  if (pair.text.attributes.valueType === 'url') throw invalid('the text must be in the task itself, not at an address');
  const known = new Map<string, string>();
  for (const { attributes } of pair.labels) {
    const shown = attributes.alias || attributes.value;
    if (!shown) continue;
    for (const own of [attributes.value ?? shown, ...(attributes.predicted_values ?? '').split(',')])
      if (own.trim() !== '') known.set(own.trim().toLowerCase(), shown);
  }
  return {
    fromName: name,
    toName: pair.text.attributes.name,
    textKey: key,
    labelFor: (label) => (known.size === 0 ? label : known.get(label.toLowerCase())),
    labels: [...new Set(known.values())],
  };
}

/** @throws {AppError} `invalid_request` where none of the model's labels has a label in the configuration. */
export function requireSharedLabel(
  config: LabelConfig,
  model: { readonly id: string; readonly labels: readonly string[] },
): void {
  if (model.labels.some((label) => config.labelFor(label) !== undefined)) return;
  throw invalid(
    `none of its labels (${shortList(config.labels)}) is one of the model ${model.id} (${shortList(model.labels)}); say in a ` +
      `<Label> which it stands for: predicted_values="${model.labels[0]}"`,
  );
}

function tagsOf(xml: string): { controls: { tag: Tag; labels: Tag[] }[]; texts: Tag[] } {
  const controls: { tag: Tag; labels: Tag[] }[] = [];
  const texts: Tag[] = [];
  let open: { tag: Tag; labels: Tag[] } | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw invalid(`not well-formed XML: ${error.message.slice(0, 100)}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const tag = { name, attributes };
    if (name === 'Text') texts.push(tag);
    else if (name === 'Labels') controls.push((open = { tag, labels: [] }));
    else if (name === 'Label') open?.labels.push(tag);
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'Labels') open = undefined;
  });
  parser.write(xml).close();
  return { controls, texts };
}

function shortList(labels: readonly string[]): string {
  return labels.length > 5 ? `${labels.slice(0, 5).join(', ')}, …` : labels.join(', ');
}

function invalid(message: string): AppError {
  return new AppError('invalid_request', `label_config: ${message}`, {
    details: { details: [{ path: 'label_config', message }] },
  });
}
