/** What a person reads of a text with markup, and where each of its characters stands in the source. */
export interface ReadableText {
  readonly text: string;
  /** The range of the source that the range `start` to `end` of the text was made from. */
  toSource(range: { readonly start: number; readonly end: number }): { start: number; end: number };
}

/** Collects the readable text part by part. */
export interface ReadableTextBuilder {
  /** Source from `start` to `end`, as it is. */
  copy(start: number, end: number): void;
  /** Characters that stand for the source from `start` to `end` as a whole. */
  replace(characters: string, start: number, end: number): void;
  build(): ReadableText;
}

export function createReadableTextBuilder(source: string): ReadableTextBuilder {
  /** What stands for each part; undefined for those that are copied. */
  const parts: (string | undefined)[] = [];
  // Parts of the text, ascending: where each begins in the text and in the source, and where it ends in the source.
  const begins: number[] = [];
  const sourceStarts: number[] = [];
  const sourceEnds: number[] = [];
  let length = 0;

  const add = (characters: string | undefined, start: number, end: number): void => {
    parts.push(characters);
    begins.push(length);
    sourceStarts.push(start);
    sourceEnds.push(end);
    length += characters?.length ?? end - start;
  };
  const partAt = (offset: number): number => {
    let low = 0;
    let high = begins.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (begins[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  return {
    copy(start, end) {
      const last = parts.length - 1;
      if (last >= 0 && parts[last] === undefined && sourceEnds[last] === start) {
        sourceEnds[last] = end;
        length += end - start;
      } else if (end > start) {
        add(undefined, start, end);
      }
    },
    replace(characters, start, end) {
      if (characters !== '') add(characters, start, end);
    },
    build: () => ({
      text: parts.map((part, i) => part ?? source.slice(sourceStarts[i], sourceEnds[i])).join(''),
      toSource({ start, end }) {
        if (end <= start) return { start: 0, end: 0 };
        const first = partAt(start);
        const last = partAt(end - 1);
        return {
          start: sourceStarts[first] + (parts[first] === undefined ? start - begins[first] : 0),
          end: parts[last] === undefined ? sourceStarts[last] + (end - begins[last]) : sourceEnds[last],
        };
      },
    }),
  };
}
