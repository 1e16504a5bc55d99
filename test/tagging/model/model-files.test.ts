import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import {
  decodeMeta,
  decodeModel,
  encodeMeta,
  encodeModel,
  type ModelParts,
  type PartHashes,
  partsOf,
} from '#tagging/model/model-files.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import { DESCRIPTION, tinyModel } from '../../helpers/tiny-model.js';

const IDENTITY = { id: 'm', version: 1, sha256: '' };
const TEXT = 'Ana met Li Wei at Ford in Oslo.';

/** As a browser does it: no module of Node takes part. */
async function hashesOf(parts: ModelParts): Promise<PartHashes> {
  const hashes: Record<string, string> = {};
  for (const [part, bytes] of Object.entries(parts)) {
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
    hashes[part] = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return hashes;
}

async function encoded(vectors?: typeof TINY_VECTORS) {
  const model = tinyModel({ ...(vectors && { vectors }) });
  const { parts, meta } = encodeModel(model, { training: {} }, DESCRIPTION);
  const hashes = await hashesOf(parts);
  return { model, parts, hashes, meta: decodeMeta(encodeMeta(meta('tiny', hashes)), 'here') };
}

describe('a model as bytes', () => {
  test.each([
    ['without', undefined],
    ['with', TINY_VECTORS],
  ])('%s vectors tags as before', async (_, vectors) => {
    const { model, parts, hashes, meta } = await encoded(vectors);
    expect(partsOf(meta)).toEqual(Object.keys(parts));
    const input = { meta, parts, hashes, where: 'here', kernels: createReferenceKernels('float32') };
    const loaded = decodeModel(input);
    const { tokenizer } = loaded;
    const before = createTagger(model, IDENTITY, { tokenizer });
    expect(createTagger(loaded.model, IDENTITY, { tokenizer }).tag(TEXT)).toEqual(before.tag(TEXT));
  });

  test('whose hash is another is refused, as is a part without one', async () => {
    const { parts, hashes, meta } = await encoded();
    const kernels = createReferenceKernels('float32');
    for (const wrong of [
      { ...hashes, weights: '0'.repeat(64) },
      { config: hashes.config!, vocab: hashes.vocab! },
    ]) {
      expect(thrownBy(() => decodeModel({ meta, parts, hashes: wrong, where: 'here', kernels }))).toMatchObject({
        code: 'damaged_model',
        message: expect.stringContaining('here: weights has SHA-256'),
      });
    }
  });
});
