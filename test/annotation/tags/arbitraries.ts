import fc from 'fast-check';
import type { TokenSpan } from '#annotation/tags/token-span.js';

const anyLabel = fc.constantFrom('PER', 'LOC', 'creative-work', '-', 'O', 'B-PER', '人');

/** Spans in reading order that may touch but not overlap, and the number of tokens of their sentence. */
export const anySpans: fc.Arbitrary<{ spans: TokenSpan[]; tokenCount: number }> = fc
  .record({
    pieces: fc.array(fc.record({ gap: fc.nat(2), length: fc.integer({ min: 1, max: 4 }), label: anyLabel }), {
      maxLength: 8,
    }),
    rest: fc.nat(3),
  })
  .map(({ pieces, rest }) => {
    let position = 0;
    const spans = pieces.map(({ gap, length, label }) => {
      const startToken = position + gap;
      position = startToken + length;
      return { label, startToken, endToken: position };
    });
    return { spans, tokenCount: position + rest };
  });

/** Any legal tags, in no scheme at all. */
export const anyTags: fc.Arbitrary<string[]> = fc.array(
  fc.oneof(
    fc.constant('O'),
    fc.tuple(fc.constantFrom('B', 'I', 'E', 'S', 'L', 'U'), anyLabel).map(([prefix, label]) => `${prefix}-${label}`),
  ),
  { maxLength: 12 },
);
