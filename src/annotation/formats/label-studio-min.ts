import { jsonFormat } from './json-format.js';
import { idMember, isObject } from './json-records.js';

/** Label Studio's JSON-MIN: `[{"text": "…", "label": [{"start": 0, "end": 3, "text": "Ann", "labels": ["PER"]}]}]`. */
export const labelStudioMin = jsonFormat({
  name: 'label-studio-min',
  summary: 'Label Studio JSON-MIN: [{"text":…,"label":[{"start":0,"end":3,"labels":["PER"]}]}]',
  extensions: ['.json'],
  loses: ['tokens', 'sentences', 'documents', 'plain'],
  isArray: true,
  detect: (record, isArray) => {
    if (!isObject(record) || typeof record.text !== 'string' || !Array.isArray(record.label)) return 0;
    const [first] = record.label;
    return isObject(first) ? ('labels' in first ? 1 : 0) : isArray && first === undefined ? 0.7 : 0;
  },
  record: ({ id, text, meta, spans }) => ({
    ...meta,
    ...idMember(id),
    text,
    label: spans.map(({ start, end, label }) => ({ start, end, text: text.slice(start, end), labels: [label] })),
  }),
});
