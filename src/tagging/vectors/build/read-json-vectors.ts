import { quoted } from '#base/quoted.js';
import { isUsableWord } from '#tagging/vectors/usable-word.js';
import { MAX_DIMENSION } from '#tagging/vectors/vector-table.js';
import { type JsonMember, type JsonStep, jsonMemberAt, parseJson, skipSpace } from './json-members.js';
import { isInRange, MAX_LINE_LENGTH, type ReadingOptions, vectorsError, type WordVector } from './word-vector.js';

/** UTF-16 units of a value before the vectors, where the list of their words stands. */
const MAX_HEAD_VALUE = 1 << 25;

/**
 * The JSON of winkNLP's embeddings, `{"dimensions": D, …, "vectors": {"word": [D numbers, length, index], …}}`, vector by
 * vector, as the whole is too long for a string.
 *
 * @throws {AppError} `malformed_vectors` with file and entry.
 */
export async function* readJsonVectors(
  chunks: AsyncIterable<Uint8Array>,
  { name, skipBad, report }: ReadingOptions,
): AsyncGenerator<WordVector> {
  let width = 0;
  let entry = 0;
  const head: Record<string, unknown> = {};
  for await (const { key, value } of members(chunks, name)) {
    if (width === 0) {
      if (key !== OPENED) {
        if (!/^[[{]/.test(value)) head[key] = parseJson(value);
        continue;
      }
      if (value !== '{') throw vectorsError(name, `an object under "${OPENED}"`, quoted(value));
      width = widthOf(head, name);
      report.dimension = Number(head.dimensions);
      continue;
    }
    entry++;
    const numbers = parseJson(value);
    if (!isVector(numbers, width)) {
      if (!skipBad)
        throw vectorsError(`${name}: entry ${entry}`, `${width} finite numbers for ${quoted(key)}`, quoted(value));
      report.bad++;
    } else if (isUsableWord(key)) {
      yield { word: key, values: Float32Array.from(numbers.slice(0, report.dimension)) };
    } else report.unusable++;
  }
  if (entry === 0) throw vectorsError(name, `at least one word vector under "${OPENED}"`, 'none');
  if (typeof head.size === 'number' && head.size !== entry)
    report.warnings.push(`${name}: "size" claims ${head.size} vectors, it has ${entry}; is it complete?`);
}

/** The object whose members are the vectors. */
const OPENED = 'vectors';

/** The members of the file up to `vectors`, then those of `vectors`. */
async function* members(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<JsonMember> {
  let text = '';
  let at = 0;
  let isStarted = false;
  let isOpen = false;
  let entry = 0;
  const where = (): string => (isOpen ? `${name}: entry ${entry}` : name);
  for await (const piece of decoded(chunks, name)) {
    text = text.slice(at) + piece;
    at = isStarted ? 0 : skipSpace(text, 0);
    if (at === text.length) continue;
    if (!isStarted && text[at++] !== '{') throw vectorsError(name, 'a JSON object', quoted(text));
    isStarted = true;
    for (;;) {
      const step: JsonStep = jsonMemberAt(text, at, isOpen ? undefined : OPENED);
      if (step === 'partial') break;
      if (step === 'end') return;
      if (step === 'damaged') throw vectorsError(where(), 'a name, a colon and a value', quoted(text.slice(at)));
      at = step.end;
      isOpen ||= step.key === OPENED;
      if (isOpen) entry++;
      yield step;
    }
    const longest = isOpen ? MAX_LINE_LENGTH : MAX_HEAD_VALUE;
    if (text.length - at > longest) throw vectorsError(where(), `values of at most ${longest} characters`, 'more');
  }
  throw vectorsError(where(), 'the end of the JSON object', 'the end of the file; it is cut off');
}

async function* decoded(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw vectorsError(name, 'UTF-8', 'bytes that are none');
    throw error;
  }
}

/** Numbers of an entry: the vector and, behind it, its length and its index. */
function widthOf(head: Readonly<Record<string, unknown>>, name: string): number {
  const { dimensions, l2NormIndex, wordIndex } = head;
  if (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 1 || dimensions > MAX_DIMENSION)
    throw vectorsError(
      name,
      `"dimensions" before "${OPENED}", a whole number from 1 to ${MAX_DIMENSION}`,
      JSON.stringify(dimensions) ?? 'none',
    );
  const extra = [l2NormIndex, wordIndex].filter((index) => typeof index === 'number');
  return dimensions + extra.length;
}

function isVector(value: unknown, width: number): value is number[] {
  return Array.isArray(value) && value.length === width && value.every((x) => typeof x === 'number' && isInRange(x));
}
