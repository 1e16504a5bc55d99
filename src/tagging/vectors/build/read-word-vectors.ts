import { looksLikeVectorTable } from '#tagging/vectors/vector-table.js';
import { peek } from './peek.js';
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
  const { head, all, close } = await peek(chunks, SAMPLE);
  try {
    checkHead(head, options.name);
    const isJson = /^\s*\{\s*"[^"]*"\s*:/.test(new TextDecoder().decode(head.subarray(0, 1000)));
    yield* isJson ? readJsonVectors(all, options) : readTextVectors(all, options);
  } finally {
    await close();
  }
}

function checkHead(head: Uint8Array, name: string): void {
  if (head.length === 0) throw vectorsError(name, 'word vectors', 'an empty file');
  if (looksLikeVectorTable(head)) throw vectorsError(name, 'vectors to make a table of', 'a table already');
  if (!head.includes(0)) return;
  const advice = 'unpack an archive (.zip, .tgz) and convert the .bin of word2vec or fastText to text first';
  throw vectorsError(name, 'text', `binary data; ${advice}`);
}
