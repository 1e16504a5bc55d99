import { tokenSpansOf } from '#annotation/documents/sentences-of-document.js';
import { createOffsetConverter } from '#annotation/text/offset-units.js';
import { jsonFormat } from './json-format.js';
import { idMember, isObject, spanRecords, unitMember } from './json-records.js';

/**
 * Prodigy's tasks: `text`, `tokens`, `spans` and `answer`; only what was accepted is gold. `token_end` is the last token, not
 * the one behind it. Offsets are in code points.
 */
export const prodigy = jsonFormat({
  name: 'prodigy',
  summary: 'Prodigy JSON lines: {"text":…,"tokens":[…],"spans":[…],"answer":"accept"}',
  extensions: ['.jsonl'],
  loses: ['sentences', 'documents', 'plain'],
  offsetUnit: 'codepoint',
  detect: (record) => {
    if (!isObject(record) || typeof record.text !== 'string') return 0;
    return 'answer' in record || '_task_hash' in record || ('spans' in record && !('ents' in record)) ? 0.95 : 0;
  },
  record: (document) => {
    const converter = createOffsetConverter(document.text, 'codepoint');
    const tokenSpans = tokenSpansOf(document);
    return {
      ...document.meta,
      ...idMember(document.id),
      text: document.text,
      tokens: document.tokens.map(({ text, start, end }, id) => ({
        text,
        start: converter.fromUtf16(start),
        end: converter.fromUtf16(end),
        id,
        ws: /^\s/u.test(document.text.slice(end)),
      })),
      spans: spanRecords(document, 'codepoint').map(({ start, end, label }, index) => ({
        start,
        end,
        token_start: tokenSpans[index].startToken,
        token_end: tokenSpans[index].endToken - 1,
        label,
      })),
      answer: 'accept',
      ...unitMember(document, 'codepoint'),
    };
  },
});
