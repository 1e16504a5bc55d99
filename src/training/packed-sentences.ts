import type { EncodedSentence } from '../encoding/sentence-encoder.js';

/** Encoded sentences in shared memory: one block a feature, so that threads see them without a copy. */
export interface PackedSentences {
  readonly lengths: SharedArrayBuffer;
  readonly ids: readonly SharedArrayBuffer[];
  readonly tags: SharedArrayBuffer;
}

/** All sentences must bear tags. */
export function packSentences(sentences: readonly EncodedSentence[]): PackedSentences {
  const rows = sentences.reduce((sum, { length }) => sum + length, 0);
  const features = sentences[0]?.ids.length ?? 0;
  const lengths = new Int32Array(new SharedArrayBuffer(4 * sentences.length));
  const ids = Array.from({ length: features }, () => new Int32Array(new SharedArrayBuffer(4 * rows)));
  const tags = new Int32Array(new SharedArrayBuffer(4 * rows));
  let at = 0;
  sentences.forEach((sentence, i) => {
    lengths[i] = sentence.length;
    ids.forEach((block, f) => {
      block.set(sentence.ids[f], at);
    });
    tags.set(sentence.tags!, at);
    at += sentence.length;
  });
  const bufferOf = (array: Int32Array): SharedArrayBuffer => array.buffer as SharedArrayBuffer;
  return { lengths: bufferOf(lengths), ids: ids.map(bufferOf), tags: bufferOf(tags) };
}

/** Views of the shared blocks. */
export function unpackSentences({ lengths, ids, tags }: PackedSentences): EncodedSentence[] {
  let at = 0;
  return Array.from(new Int32Array(lengths), (length) => {
    const start = 4 * at;
    at += length;
    return {
      length,
      ids: ids.map((block) => new Int32Array(block, start, length)),
      tags: new Int32Array(tags, start, length),
    };
  });
}
