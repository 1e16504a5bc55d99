import { createOffsetConverter } from '#annotation/text/offset-units.js';
import { jsonFormat } from './json-format.js';
import { idMember, isObject, spanRecords, unitMember } from './json-records.js';

/** What spaCy's `Doc.to_json` returns: text, names, sentences and tokens by offsets in code points. */
export const spacyJson = jsonFormat({
  name: 'spacy-json',
  summary: 'what Doc.to_json() of spaCy returns, one a line or in an array: {"text":…,"ents":[…],"tokens":[…]}',
  extensions: ['.jsonl', '.json'],
  loses: ['documents', 'plain'],
  offsetUnit: 'codepoint',
  detect: (record) => (isObject(record) && 'ents' in record ? 1 : 0),
  record: (document) => {
    const converter = createOffsetConverter(document.text, 'codepoint');
    const range = (start: number, end: number) => ({
      start: converter.fromUtf16(start),
      end: converter.fromUtf16(end),
    });
    return {
      ...document.meta,
      ...idMember(document.id),
      text: document.text,
      ents: spanRecords(document, 'codepoint'),
      sents: document.sentences.map(({ from, to }) => range(document.tokens[from].start, document.tokens[to - 1].end)),
      tokens: document.tokens.map(({ start, end }, id) => ({ id, ...range(start, end) })),
      ...unitMember(document, 'codepoint'),
    };
  },
});
