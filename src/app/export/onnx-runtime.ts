import { createBestPath, type TransitionScores } from '#engine/structured/lattice.js';
import { characterIdsOf } from '#tagging/features/characters.js';
import { createFeatures, type FeatureLists, featureVocabulariesFrom } from '#tagging/features/features.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';
import { lookUp } from '#tagging/vectors/look-up.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import { CHARACTERS_INPUT, idsInput, LOGITS_OUTPUT } from './onnx-names.js';

/** All that stands beside the graph of a model: how words become its inputs, and its scores tags. */
export interface OnnxDescription {
  readonly format: 'onomast-onnx/1';
  readonly model: ModelIdentity;
  readonly license: string;
  /** The one whose words the model has learned from. */
  readonly tokenizer: { readonly id: string; readonly version: number };
  /** k: rows of -1, or of the words that follow, after those that are tagged. */
  readonly look_ahead: number;
  /** Whether the graph takes and gives its state; else why it cannot, as the end of a sentence. */
  readonly streaming: true | string;
  readonly states: readonly { readonly input: string; readonly output: string; readonly size: number }[];
  readonly config: ModelConfig;
  readonly labels: readonly string[];
  /** K: column of the logits -> tag as the network knows it, and in IOB2. */
  readonly tags: readonly string[];
  readonly iob2: readonly string[];
  /** Added to the scores of a sequence of tags; null where the step is impossible. `between[from][to]`. */
  readonly transitions: {
    readonly start: readonly (number | null)[];
    readonly between: readonly (readonly (number | null)[])[];
    readonly end: readonly (number | null)[];
  };
  readonly vocabulary: FeatureLists;
  /** Row -> word of the pretrained vectors. */
  readonly vectors: { readonly dimension: number; readonly words: readonly string[] } | null;
  /** Sentences with what the program finds in them, for ports to other languages to be compared with. */
  readonly examples: readonly OnnxExample[];
}

export interface OnnxExample {
  readonly words: readonly string[];
  /** By the name of the input; -1 where a word has none. */
  readonly ids: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;
  readonly tags: readonly string[];
}

interface TensorLike {
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

/** What ONNX Runtime gives: `ort.InferenceSession` and `ort.Tensor` of onnxruntime-web or onnxruntime-node. */
export interface OnnxRuntime {
  readonly session: { run(feeds: Record<string, never>): Promise<Readonly<Record<string, TensorLike>>> };
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => object;
}

export interface OnnxTagger {
  /** IOB2 tags of a sentence's words. */
  tagWords(words: readonly string[]): Promise<string[]>;
  /**
   * Scores of words (N, K), given the state after the words before them and the words that follow, of which `look_ahead` are
   * seen; without a state, of a sentence's beginning.
   */
  scores(
    words: readonly string[],
    context?: { readonly following?: readonly string[]; readonly state?: OnnxStateValues },
  ): Promise<Scores>;
  /** The likeliest legal tags, IOB2, of a whole sentence's scores. */
  decode(logits: ArrayLike<number>): string[];
}

type OnnxStateValues = Readonly<Record<string, Float32Array>>;

interface Scores {
  readonly logits: Float32Array;
  /** For the words that follow; empty where the network cannot be run word by word. */
  readonly state: OnnxStateValues;
}

export function createOnnxTagger(description: OnnxDescription, { session, Tensor }: OnnxRuntime): OnnxTagger {
  const { encode } = createOnnxEncoder(description);
  const bestPath = createBestPath(transitionsOf(description));
  const k = description.tags.length;
  const { look_ahead: lookAhead, states } = description;

  const scores: OnnxTagger['scores'] = async (words, { following = [], state = {} } = {}) => {
    const rows = words.length + lookAhead;
    const feeds: Record<string, object> = {};
    for (const { name, values, columns } of encode([...words, ...following.slice(0, lookAhead)], rows)) {
      feeds[name] = new Tensor('int64' as never, values as never, columns === undefined ? [rows] : [rows, columns]);
    }
    for (const { input, size } of states) {
      const before = state[input] ?? new Float32Array(size);
      feeds[input] = new Tensor('float32' as never, before as never, [1, 1, size]);
    }
    const out = await session.run(feeds as Record<string, never>);
    const floats = (name: string): Float32Array => Float32Array.from(out[name].data as ArrayLike<number>);
    return {
      logits: floats(LOGITS_OUTPUT),
      state: Object.fromEntries(states.map(({ input, output }) => [input, floats(output)])),
    };
  };
  const decode = (logits: ArrayLike<number>): string[] => {
    const path = bestPath.path(Float64Array.from(logits), logits.length / k);
    return Array.from(path, (id) => description.iob2[id]);
  };
  return {
    scores,
    decode,
    tagWords: async (words) => (words.length === 0 ? [] : decode((await scores(words)).logits)),
  };
}

interface EncodedInput {
  readonly name: string;
  readonly values: BigInt64Array;
  /** Of the characters; one id a word else. */
  readonly columns?: number;
}

/** Words to the inputs of the graph, with rows of -1 after them up to `rows`. */
export function createOnnxEncoder({ config, vocabulary, vectors }: OnnxDescription): {
  encode(words: readonly string[], rows: number): readonly EncodedInput[];
} {
  const places = new Map(vectors?.words.map((word, row) => [word, row]));
  const table = vectors && {
    size: places.size,
    dimension: vectors.dimension,
    id: (word: string) => lookUp(places, word) ?? -1,
  };
  const vocabularies = featureVocabulariesFrom(vocabulary, (table ?? undefined) as VectorTable | undefined);
  const features = createFeatures(vocabularies, config);
  return {
    encode(words, rows) {
      const inputs: EncodedInput[] = features.map(({ name, id }) => {
        const values = new BigInt64Array(rows).fill(-1n);
        words.forEach((word, i) => {
          values[i] = BigInt(id(word));
        });
        return { name: idsInput(name), values };
      });
      if (config.char_filters === 0) return inputs;
      const characters = words.map((word) => characterIdsOf(vocabularies.characters, word));
      const columns = Math.max(1, ...characters.map(({ length }) => length));
      const values = new BigInt64Array(rows * columns).fill(-1n);
      characters.forEach((ids, i) => {
        ids.forEach((id, c) => {
          values[i * columns + c] = BigInt(id);
        });
      });
      return [...inputs, { name: CHARACTERS_INPUT, values, columns }];
    },
  };
}

function transitionsOf({ transitions: { start, between, end } }: OnnxDescription): TransitionScores {
  const scores = (list: readonly (number | null)[]): Float64Array =>
    Float64Array.from(list, (score) => score ?? Number.NEGATIVE_INFINITY);
  return { start: scores(start), between: scores(between.flat()), end: scores(end) };
}
