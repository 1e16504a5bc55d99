import type { SpanUnit } from '#annotation/documents/ledger.js';
import { createOffsetConverter } from '#annotation/text/offset-units.js';

export const SPAN_UNITS: readonly SpanUnit[] = ['utf16', 'codepoint', 'utf8', 'crlf', 'codepoint-crlf', 'grapheme'];

export const UNIT_NAMES: Readonly<Record<SpanUnit, string>> = {
  utf16: 'UTF-16 units',
  codepoint: 'code points',
  utf8: 'UTF-8 bytes',
  crlf: 'UTF-16 units with every CR LF as one',
  'codepoint-crlf': 'code points with every CR LF as one',
  grapheme: 'characters as people see them (grapheme clusters)',
};

/** Offsets of one text from the unit of a file to UTF-16 and back. */
export interface SpanConverter {
  /** Of the whole text. */
  readonly length: number;
  /** `undefined` for an offset outside the text or within a character. */
  toUtf16(offset: number): number | undefined;
  /** Of the last edge of a character at or before the offset. */
  fromUtf16(offset: number): number;
}

export function createSpanConverter(text: string, unit: SpanUnit): SpanConverter {
  if (unit === 'utf16' || unit === 'codepoint' || unit === 'utf8') {
    const converter = createOffsetConverter(text, unit);
    const { length } = converter;
    return {
      length,
      toUtf16(offset) {
        if (offset < 0 || offset > length || !Number.isInteger(offset)) return undefined;
        try {
          return converter.toUtf16(offset);
        } catch {
          return undefined; // within a character
        }
      },
      fromUtf16: (offset) => converter.fromUtf16(offset),
    };
  }
  const edges = edgesOf(text, unit);
  return {
    length: edges.length - 1,
    toUtf16: (offset) => edges[offset],
    fromUtf16(offset) {
      let low = 0;
      let high = edges.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (edges[middle] <= offset) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}

/** Where each character begins, and the end of the text. */
function edgesOf(text: string, unit: 'crlf' | 'codepoint-crlf' | 'grapheme'): number[] {
  const edges: number[] = [];
  if (unit === 'grapheme') {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    for (const { index } of segmenter.segment(text)) edges.push(index);
  } else {
    for (let index = 0; index < text.length; index++) {
      edges.push(index);
      const code = text.charCodeAt(index);
      const isPair =
        unit === 'codepoint-crlf' && (code & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
      if (isPair || (code === 0x0d && text.charCodeAt(index + 1) === 0x0a)) index++;
    }
  }
  edges.push(text.length);
  return edges;
}
