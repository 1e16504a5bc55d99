import { MAX_LINE_LENGTH, vectorsError } from './word-vector.js';

const LINE_FEED = 10;

/**
 * The lines of a file, without their line feeds, as they come; only a line feed ends a line, since some words are other
 * line separators.
 *
 * @throws {AppError} `malformed_vectors` for a line beyond `MAX_LINE_LENGTH`.
 */
export async function* byteLines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array[]> {
  let rest = new Uint8Array(0);
  let count = 0;
  for await (const chunk of chunks) {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      lines.push(joined(rest, chunk.subarray(start, end)));
      rest = new Uint8Array(0);
      start = end + 1;
    }
    rest = joined(rest, chunk.subarray(start));
    count += lines.length;
    if (rest.length > MAX_LINE_LENGTH)
      throw vectorsError(
        `${name}:${count + 1}`,
        `lines of at most ${MAX_LINE_LENGTH} bytes`,
        'a longer one; is this a file of word vectors?',
      );
    yield lines;
  }
  if (rest.length > 0) yield [rest];
}

function joined(first: Uint8Array<ArrayBuffer>, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
