import { createSequenceLayout, type SequenceLayout } from '#engine/core/packed-layout.js';
import { createSpellings, type Spellings } from '#engine/layers/character-batch.js';
import type { EncodedSentence } from './sentence-encoder.js';

/** A minibatch in the layout the network computes in: time-major, longest sentence first, no padding. */
export interface Batch {
  readonly layout: SequenceLayout;
  /** `ids[f]` (N): feature f of every row. */
  readonly ids: readonly Int32Array[];
  /** Where the sentences have them. */
  readonly spellings?: Spellings;
  /** (N): gold tag of every row, -1 where there is none. */
  readonly targets: Int32Array;
  /** `order[b]` is where the b-th longest sentence stood in the list the batch was made from. */
  readonly order: readonly number[];
}

/** All sentences must have at least one token. */
export function createBatch(sentences: readonly EncodedSentence[]): Batch {
  const order = sentences.map((_, i) => i).sort((i, j) => sentences[j].length - sentences[i].length || i - j);
  const layout = createSequenceLayout(order.map((i) => sentences[i].length));
  const { activeAt, offsets, rows } = layout;
  const featureCount = sentences[0]?.ids.length ?? 0;
  const ids = Array.from({ length: featureCount }, () => new Int32Array(rows));
  const targets = new Int32Array(rows).fill(-1);
  const spellings: Int32Array[] = [];
  for (let t = 0; t < activeAt.length; t++) {
    for (let b = 0; b < activeAt[t]; b++) {
      const sentence = sentences[order[b]];
      const row = offsets[t] + b;
      for (let f = 0; f < featureCount; f++) ids[f][row] = sentence.ids[f][t];
      if (sentence.tags) targets[row] = sentence.tags[t];
      if (sentence.spellings) spellings.push(sentence.spellings[t]);
    }
  }
  return { layout, ids, targets, order, ...(spellings.length > 0 && { spellings: createSpellings(spellings) }) };
}
