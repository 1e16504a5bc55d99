import { createTagSet } from '#annotation/tags/tag-set.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { featureListsOf } from '#tagging/features/features.js';
import { readModelFiles } from '#tagging/model/model-directory.js';
import { decodeModel } from '#tagging/model/model-files.js';
import { iob2Tags } from '#tagging/tagger/decode.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { readBuilt } from './built-files.js';
import { encodeOnnx } from './onnx-file.js';
import { onnxGraphOf } from './onnx-graph.js';
import { createOnnxEncoder, type OnnxDescription } from './onnx-runtime.js';

/** In the description, so that a port to another language can be compared. */
const EXAMPLES: readonly (readonly string[])[] = [
  'Ada Lovelace met José in Zürich .',
  'He said , Teddy bears are on sale .',
  'MINISTER MEETS UNIONS IN OSLO',
  '😀 # unseenwordxyz 1999 e.g.',
].map((line) => line.split(' '));

export interface ExportedOnnx {
  /** The network. */
  readonly graph: Uint8Array;
  /** JSON: see `OnnxDescription`. */
  readonly description: string;
  /** An ES module: words to inputs, scores to tags. */
  readonly decoder: Uint8Array;
  /** Why it cannot be run word by word, as the end of a sentence; undefined if it can. */
  readonly whyNotStreamed: string | undefined;
}

/**
 * The network of a model as an ONNX graph, what stands beside it as JSON, and the program that connects both with words and
 * tags.
 *
 * @throws {AppError} `damaged_model`, `incompatible_model`, `unknown_model`; `io_error` if the program was not built.
 */
export function exportOnnx(path: string, identity: Pick<ModelIdentity, 'id' | 'version'>): ExportedOnnx {
  const files = readModelFiles(path);
  const { model, meta, tokenizer } = decodeModel({ ...files, where: path, kernels: createReferenceKernels('float32') });
  const graph = onnxGraphOf(model);
  const { start, between, end } = model.network.transitions();
  const { tags } = model.tagSet;
  const finite = (scores: Float64Array): (number | null)[] =>
    Array.from(scores, (score) => (Number.isFinite(score) ? score : null));
  const { vectors } = model.vocabularies;
  const own = { ...identity, sha256: meta.weights_sha256 };
  const described: OnnxDescription = {
    format: 'onomast-onnx/1',
    model: own,
    license: meta.license,
    tokenizer: meta.tokenizer,
    look_ahead: graph.lookAhead,
    streaming: graph.whyNotStreamed ?? true,
    states: graph.states,
    config: model.config,
    labels: model.tagSet.labels,
    tags,
    iob2: iob2Tags(createTagSet(model.tagSet.labels, model.config.tag_format)),
    transitions: {
      start: finite(start),
      between: tags.map((_, from) => finite(between.subarray(from * tags.length, (from + 1) * tags.length))),
      end: finite(end),
    },
    vocabulary: featureListsOf(model.vocabularies),
    vectors: vectors ? { dimension: vectors.dimension, words: vectors.words } : null,
    examples: [],
  };
  const { encode } = createOnnxEncoder(described);
  const tagger = createTagger(model, own, { tokenizer });
  const examples = EXAMPLES.map((words) => ({
    words,
    ids: Object.fromEntries(
      encode(words, words.length).map(({ name, values, columns }) => [
        name,
        listed(Array.from(values, Number), columns),
      ]),
    ),
    tags: tagger.tagWords([words])[0].tokens.map(({ tag }) => tag),
  }));
  return {
    graph: encodeOnnx({
      name: identity.id,
      nodes: graph.nodes,
      constants: graph.constants,
      inputs: graph.inputs,
      outputs: graph.outputs,
      producerVersion: meta.onomast,
      description: meta.description,
      metadata: { sha256: meta.weights_sha256, license: meta.license, look_ahead: String(graph.lookAhead) },
    }),
    description: `${JSON.stringify({ ...described, examples })}\n`,
    decoder: readBuilt('onnx-runtime.bundle.js'),
    whyNotStreamed: graph.whyNotStreamed,
  };
}

/** Rows of `columns`, if they have several. */
function listed(values: readonly number[], columns: number | undefined): readonly number[] | readonly number[][] {
  if (columns === undefined) return values;
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}
