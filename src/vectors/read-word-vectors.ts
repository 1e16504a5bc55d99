import { readJsonVectors } from './read-json-vectors.js';
import { readTextVectors } from './read-text-vectors.js';
import { type ReadingOptions, vectorsError, type WordVector } from './word-vector.js';

/** Bytes that the format is told from. */
const SAMPLE = 1 << 16;

/**
 * The vectors of a file in its order, read as its bytes come: GloVe, word2vec or fastText text, or the JSON of winkNLP's
 * embeddings. Words can be there twice.
 *
 * @throws {AppError} `malformed_vectors` with file and line.
 */
export async function* readWordVectors(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadingOptions,
): AsyncGenerator<WordVector> {
  const { sample, all } = await withSample(chunks);
  if (sample.length === 0) throw vectorsError(options.name, 'word vectors', 'an empty file');
  if (sample.includes(0))
    throw vectorsError(
      options.name,
      'text',
      'binary data; unpack an archive (.zip, .tgz) and convert the .bin of word2vec or fastText to text first',
    );
  const isJson = /^\s*\{\s*"[^"]*"\s*:/.test(new TextDecoder().decode(sample.subarray(0, 1000)));
  yield* isJson ? readJsonVectors(all, options) : readTextVectors(all, options);
}

async function withSample(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ sample: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  while (length < SAMPLE) {
    const { value, done } = await iterator.next();
    if (done) break;
    seen.push(value);
    length += value.length;
  }
  const sample = new Uint8Array(length);
  let at = 0;
  for (const chunk of seen) {
    sample.set(chunk, at);
    at += chunk.length;
  }
  return { sample, all: startingWith(sample, iterator) };
}

async function* startingWith(sample: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield sample;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.(); // closes the file when its reader has enough
  }
}
