import { MAX_LINE_LENGTH, vectorsError } from './word-vector.js';

const LINE_FEED = 10;

/**
 * The lines of a file, without their line feeds, as they come; only a line feed ends a line, since some words are other
 * line separators.
 *
 * @throws {AppError} `malformed_vectors` for a line beyond `MAX_LINE_LENGTH`.
 */
export async function* byteLines(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array[]> {
  const checked = <Line extends Uint8Array>(line: Line, number: number): Line => {
    if (line.length <= MAX_LINE_LENGTH) return line;
    const expected = `lines of at most ${MAX_LINE_LENGTH} bytes`;
    throw vectorsError(`${name}:${number}`, expected, 'a longer one; is this a file of word vectors?');
  };
  let rest = new Uint8Array(0);
  let count = 0;
  for await (const chunk of chunks) {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      count++;
      lines.push(checked(joined(rest, chunk.subarray(start, end)), count));
      rest = new Uint8Array(0);
      start = end + 1;
    }
    rest = checked(joined(rest, chunk.subarray(start)), count + 1);
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
