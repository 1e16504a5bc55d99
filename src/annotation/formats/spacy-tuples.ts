import { jsonFormat } from './json-format.js';
import { spanRecords, unitMember } from './json-records.js';

/** The pairs of spaCy 2, `["…", {"entities": [[0, 3, "PER"]]}]`, as one JSON array or one pair a line. */
export const spacyTuples = jsonFormat({
  name: 'spacy-tuples',
  summary: 'pairs of text and names of spaCy 2: ["…",{"entities":[[0,3,"PER"]]}]',
  extensions: ['.json'],
  loses: ['tokens', 'sentences', 'documents', 'ids', 'metadata', 'plain'],
  offsetUnit: 'codepoint',
  isArray: true,
  detect: (record) => (Array.isArray(record) && typeof record[0] === 'string' ? 1 : 0),
  record: (document) => [
    document.text,
    {
      entities: spanRecords(document, 'codepoint').map(({ start, end, label }) => [start, end, label]),
      ...unitMember(document, 'codepoint'),
    },
  ],
});
