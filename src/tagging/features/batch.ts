import { createPackedLayout, type PackedLayout } from '#engine/core/packed-layout.js';
import { type CharacterBatch, createCharacterBatch } from '#engine/layers/character-batch.js';
import type { EncodedSentence } from './sentence-encoder.js';

/** A minibatch in the layout the network computes in: time-major, longest sentence first, no padding. */
export interface Batch {
  readonly layout: PackedLayout;
  /** `ids[f]` (N): feature f of every row. */
  readonly ids: readonly Int32Array[];
  /** Where the sentences have them. */
  readonly characters?: CharacterBatch;
  /** (N): gold tag of every row, -1 where there is none. */
  readonly targets: Int32Array;
  /** `order[b]` is where the b-th longest sentence stood in the list the batch was made from. */
  readonly order: readonly number[];
}

/** All sentences must have at least one token. */
export function createBatch(sentences: readonly EncodedSentence[]): Batch {
  const order = sentences.map((_, i) => i).sort((i, j) => sentences[j].length - sentences[i].length || i - j);
  const layout = createPackedLayout(order.map((i) => sentences[i].length));
  const { batchSizes, offsets, rows } = layout;
  const featureCount = sentences[0]?.ids.length ?? 0;
  const ids = Array.from({ length: featureCount }, () => new Int32Array(rows));
  const targets = new Int32Array(rows).fill(-1);
  const characterIds: Int32Array[] = [];
  for (let t = 0; t < batchSizes.length; t++) {
    for (let b = 0; b < batchSizes[t]; b++) {
      const sentence = sentences[order[b]];
      const row = offsets[t] + b;
      for (let f = 0; f < featureCount; f++) ids[f][row] = sentence.ids[f][t];
      if (sentence.tags) targets[row] = sentence.tags[t];
      if (sentence.characterIds) characterIds.push(sentence.characterIds[t]);
    }
  }
  return {
    layout,
    ids,
    targets,
    order,
    ...(characterIds.length > 0 && { characters: createCharacterBatch(characterIds) }),
  };
}
