import { annotatedText } from '#annotation/documents/annotated-text.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { jsonFormat } from './json-format.js';
import { idMember, isObject, spanRecords, unitMember } from './json-records.js';

/** spaCy's JSON lines, `{"text": "…", "entities": [[0, 3, "PER"]]}`; offsets are written in code points, as Python counts. */
export const jsonl = jsonFormat({
  name: 'jsonl',
  summary: 'JSON lines of texts and names, as spaCy takes them: {"text":…,"entities":[[0,3,"PER"]]}',
  extensions: ['.jsonl', '.ndjson'],
  loses: ['tokens', 'sentences', 'documents', 'plain'],
  detect: (record, isArray) => (isObject(record) && 'text' in record && !isArray ? 0.6 : 0.4),
  record: (document) => ({
    ...document.meta,
    ...idMember(document.id),
    text: document.text,
    entities: spanRecords(document, 'codepoint').map(({ start, end, label }) => [start, end, label]),
    ...unitMember(document, 'codepoint'),
  }),
});

/**
 * One line a sentence: `{"tokens", "tags"}`, which keeps the tokens, or `{"text", "entities", "offset_unit"}` with the
 * words joined by one space and UTF-16 offsets.
 */
export function writeJsonl(sentences: readonly LabelledSentence[], layout: 'tokens' | 'spans' = 'tokens'): string {
  const record = (sentence: LabelledSentence) => {
    if (layout === 'tokens') return { tokens: sentence.words, tags: sentence.tags };
    const { text, spans } = annotatedText(sentence);
    const entities = spans.map(({ start, end, label }) => ({ start, end, label }));
    return { text, entities, offset_unit: 'utf16' };
  };
  return sentences.map((sentence) => `${JSON.stringify(record(sentence))}\n`).join('');
}
