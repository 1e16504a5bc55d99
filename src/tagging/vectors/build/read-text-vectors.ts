import { quoted } from '#base/quoted.js';
import { isUsableWord } from '#tagging/vectors/usable-word.js';
import { MAX_DIMENSION } from '#tagging/vectors/vector-table.js';
import { byteLines } from './byte-lines.js';
import { coordinateOf, type ReadingOptions, vectorsError, type WordVector } from './word-vector.js';

/**
 * The text formats: a line a word, its numbers behind it. word2vec and fastText begin with a line of two numbers, how many
 * words and how many dimensions; GloVe does not.
 *
 * @throws {AppError} `malformed_vectors` with file and line.
 */
export async function* readTextVectors(
  chunks: AsyncIterable<Uint8Array>,
  { name, skipBad, report }: ReadingOptions,
): AsyncGenerator<WordVector> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let claimed: number | undefined;
  let line = 0;
  let vectors = 0;
  for await (const lines of byteLines(chunks, name)) {
    for (const bytes of lines) {
      line++;
      const where = `${name}:${line}`;
      const text = decoder.decode(bytes);
      const fields = fieldsOf(line === 1 ? text.replace(/^\uFEFF/, '') : text);
      if (fields.length === 0) continue;
      const header = line === 1 ? headerOf(fields) : undefined;
      if (header) {
        checkDimension(header.dimension, where);
        claimed = header.count;
        report.dimension = header.dimension;
        continue;
      }
      const dimension = report.dimension || fields.length - 1;
      checkDimension(Math.max(1, dimension), where);
      vectors++;
      const parsed = parseFields(fields, dimension);
      if ('found' in parsed) {
        if (!skipBad) throw vectorsError(where, parsed.expected, parsed.found);
        report.bad++;
        continue;
      }
      report.dimension = dimension;
      if (isUsableWord(parsed.word)) yield parsed;
      else report.unusable++;
    }
  }
  if (vectors === report.bad) throw vectorsError(name, 'at least one word vector', 'none');
  if (claimed !== undefined && claimed !== vectors)
    report.warnings.push(`${name}: its first line claims ${claimed} vectors, it has ${vectors}; is it complete?`);
}

/** Without the empty ones at the end, which word2vec and fastText write; none for a blank line. */
function fieldsOf(line: string): string[] {
  const text = line.replace(/[ \t\r]+$/, '');
  if (text === '') return [];
  return text.includes('\t') || text.includes('  ') ? text.split(/[ \t]+/) : text.split(' ');
}

function headerOf(fields: readonly string[]): { count: number; dimension: number } | undefined {
  if (fields.length !== 2 || !fields.every((field) => /^\d{1,12}$/.test(field))) return undefined;
  return { count: Number(fields[0]), dimension: Number(fields[1]) };
}

function checkDimension(dimension: number, where: string): void {
  if (dimension < 1 || dimension > MAX_DIMENSION)
    throw vectorsError(where, `vectors of 1 to ${MAX_DIMENSION} numbers`, String(dimension));
}

interface Problem {
  readonly expected: string;
  readonly found: string;
}

function parseFields(fields: readonly string[], dimension: number): WordVector | Problem {
  if (dimension === 0) return { expected: 'a word and its numbers', found: `only ${quoted(fields[0])}` };
  const first = fields.length - dimension;
  const isWordOfSeveral = first > 1 && coordinateOf(fields[first - 1]) === undefined;
  if (first < 1 || (first > 1 && !isWordOfSeveral))
    return {
      expected: `a word and ${dimension} numbers, as at the beginning of the file`,
      found: `${fields.length - 1} behind ${quoted(fields[0])}`,
    };
  const values = new Float32Array(dimension);
  for (let d = 0; d < dimension; d++) {
    const field = fields[first + d];
    const value = coordinateOf(field);
    if (value === undefined) return { expected: `a finite number behind ${quoted(fields[0])}`, found: quoted(field) };
    values[d] = value;
  }
  return { word: fields.slice(0, first).join(' '), values };
}
