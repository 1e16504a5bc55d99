import type { Document } from '#annotation/documents/document.js';
import { jsonFormat } from './json-format.js';
import { idMember, isObject } from './json-records.js';

/**
 * Label Studio's export: an array of tasks with `data` and `annotations`. Cancelled annotations are no gold; predictions are
 * not read. Offsets are in UTF-16 units, as its editor counts.
 */
export const labelStudio = jsonFormat({
  name: 'label-studio',
  summary: 'Label Studio JSON: [{"data":{"text":…},"annotations":[{"result":[…]}]}]',
  extensions: ['.json'],
  loses: ['tokens', 'sentences', 'documents', 'plain'],
  isArray: true,
  detect: (record) =>
    isObject(record) &&
    isObject(record.data) &&
    ('annotations' in record || 'completions' in record || 'predictions' in record)
      ? 1
      : 0,
  record: (document) => ({
    ...idMember(document.id),
    data: { ...document.meta, text: document.text },
    annotations: [{ was_cancelled: false, result: resultsOf(document) }],
  }),
});

function resultsOf({ text, spans }: Document) {
  return spans.map(({ start, end, label }, index) => ({
    id: `name-${index + 1}`,
    from_name: 'label',
    to_name: 'text',
    type: 'labels',
    value: { start, end, text: text.slice(start, end), labels: [label] },
  }));
}
