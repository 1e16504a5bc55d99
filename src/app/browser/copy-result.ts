import { writeDocuments } from '#annotation/conversion/write-documents.js';
import { type Document, NO_METADATA } from '#annotation/documents/document.js';
import type { Token } from '#annotation/text/token.js';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import type { ShownEntity } from '#app/shared/tag-view.js';

export const COPY_FORMATS = ['json', 'conll', 'inline'] as const;
export type CopyFormat = (typeof COPY_FORMATS)[number];

interface Copied {
  readonly text: string;
  readonly entities: readonly ShownEntity[];
}

/** A tagged text as people hand it on: JSON, a word and its tag a line, or `[Ada|PER] left`. */
export function copyAs(format: CopyFormat, { text, entities }: Copied): string {
  if (format === 'json') {
    const told = entities.map((entity) => {
      const { label, start, end, score } = entity;
      return { text: entity.text, label, start, end, score };
    });
    return `${JSON.stringify({ text, entities: told }, null, 2)}\n`;
  }
  const [file] = writeDocuments([documentOf({ text, entities })], format, { isStream: true }).files;
  return file.text;
}

function documentOf({ text, entities }: Copied): Document {
  const tokenizer = createDefaultTokenizer();
  const tokens = cutAt(
    tokenizer.tokenize(text),
    entities.flatMap(({ start, end }) => [start, end]),
  );
  let from = 0;
  return {
    id: null,
    text,
    isTextGiven: true,
    tokens,
    areTokensGiven: false,
    sentences: tokenizer.sentences(text, tokens).map((sentence) => {
      const range = { from, to: from + sentence.length, line: 1 };
      from = range.to;
      return range;
    }),
    spans: entities.map(({ start, end, label }) => ({ start, end, label })),
    isPlain: false,
    continues: false,
    meta: NO_METADATA,
    origin: { file: 'text', line: 1 },
  };
}

/** A model may cut words otherwise: names begin and end with a token here too. */
function cutAt(tokens: readonly Token[], edges: readonly number[]): Token[] {
  return tokens.flatMap((token) => {
    const cuts = edges.filter((edge) => edge > token.start && edge < token.end).sort((left, right) => left - right);
    return [token.start, ...cuts].map((start, i) => {
      const end = cuts[i] ?? token.end;
      return { ...token, text: token.text.slice(start - token.start, end - token.start), start, end };
    });
  });
}
