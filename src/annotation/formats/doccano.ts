import { jsonFormat } from './json-format.js';
import { idMember, isObject, spanRecords, unitMember } from './json-records.js';

/**
 * doccano's JSON lines: `{"id": 1, "text": "…", "label": [[0, 3, "PER"]]}`; its other exports (`labels`, and `entities` with
 * `start_offset` and `end_offset` beside `relations`) are read as well. Offsets are in code points.
 */
export const doccano = jsonFormat({
  name: 'doccano',
  summary: 'doccano JSON lines: {"id":1,"text":…,"label":[[0,3,"PER"]]}',
  extensions: ['.jsonl', '.json'],
  loses: ['tokens', 'sentences', 'documents', 'plain'],
  offsetUnit: 'codepoint',
  detect: (record, isArray) => {
    if (!isObject(record) || isArray || typeof record.text !== 'string') return 0;
    const [first] = Array.isArray(record.entities) ? record.entities : [];
    const hasOffsets = isObject(first) && 'start_offset' in first;
    const labels = record.label ?? record.labels;
    return hasOffsets || 'relations' in record || (Array.isArray(labels) && !isObject(labels[0])) ? 0.9 : 0;
  },
  record: (document) => ({
    ...document.meta,
    ...idMember(document.id),
    text: document.text,
    label: spanRecords(document, 'codepoint').map(({ start, end, label }) => [start, end, label]),
    ...unitMember(document, 'codepoint'),
  }),
});
