import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { AppError } from '#base/errors.js';
import { MEMORY_WEIGHTS } from '#tagging/model/calibration.js';
import { type CausalNetwork, createCausalNetwork, whyNotCausal } from '#tagging/model/causal-network.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { assertTexts, assertWords, inputOf } from './check-arguments.js';
import { createDecoder, type DecodedSentence, type Decoder, goingOnTags, iob2Tags, type ScoredSpan } from './decode.js';
import { createDocumentMemory, createTextReader, type TextReader } from './document-memory.js';
import type {
  Entity,
  EntitySource,
  ModelIdentity,
  NBestOptions,
  ScoredTagging,
  TaggedText,
  TaggedToken,
  Tagger,
  TagOptions,
} from './entity.js';
import { createFixedLagDecoder } from './fixed-lag.js';
import { nBestTaggings } from './n-best-taggings.js';
import { visitEmissions } from './sentence-emissions.js';
import { type GroupLimits, groupsOf, type SentenceWork, sentencesOfTexts, sentencesOfWords } from './sentences.js';
import { spanScores } from './span-scores.js';
import { spansAtTemperature } from './spans-at-temperature.js';
import { createStream } from './stream.js';

/**
 * Sentences that are sorted by length and computed together; bounds memory for a text of any size, and the time until other
 * work gets its turn.
 */
const GROUP: GroupLimits = { sentences: 256, tokens: 4096 };
/** For words of a model in training, which are forgotten after every call. */
const TRAINING_CACHE_BYTES = 4 * 2 ** 20;

/** A sentence's tags, and its names with all that is said of them but their text. */
interface Finding extends DecodedSentence {
  /** For each span the other labels; only when asked for. */
  readonly alternatives: readonly Entity['alternatives'][];
  /** Of each span. */
  readonly sources: readonly EntitySource[];
}

export interface TaggerOptions {
  /** The one whose tokens the model has learned from. */
  readonly tokenizer: Tokenizer;
  /** The model is not trained any more: what it makes of a word is kept from call to call. */
  readonly isFinal?: boolean;
  /** Of every score; 1 unless told, which leaves them as they were learned. */
  readonly temperature?: number;
  /** Of what earlier sentences of a text say of a word (see document-memory.ts); 0 unless told, which is none. */
  readonly memory?: number;
}

/** A tagger whose scores can be calibrated. */
export interface ModelTagger extends Tagger {
  readonly temperature: number;
  /** The same model with other scores: it finds the same names, and memory and what is kept of words are shared. */
  withTemperature(temperature: number): ModelTagger;
  /** Weight of what earlier sentences of a text say of a word. */
  readonly memory: number;
  /** The same model with another weight. */
  withMemory(weight: number): ModelTagger;
  /**
   * Runs the network over sentences of words once; the function returned gives the names in each, scored at any temperature.
   * It keeps the logits of every sentence with a name.
   */
  spansAtTemperature(sentences: readonly (readonly string[])[]): (temperature: number) => ScoredSpan[][];
}

/** @throws {AppError} `invalid_argument` for a temperature that is no positive number. */
export function createTagger(
  model: TaggerModel,
  identity: ModelIdentity,
  { tokenizer, isFinal = false, temperature = 1, memory = 0 }: TaggerOptions,
): ModelTagger {
  const causal = causalNetworkOf(model, isFinal);
  return taggerAt({ temperature, memory }, { model, identity, tokenizer, isFinal, causal });
}

/** What taggers of several temperatures and memories share. */
interface TaggerSource {
  readonly model: TaggerModel;
  readonly identity: ModelIdentity;
  readonly tokenizer: Tokenizer;
  readonly isFinal: boolean;
  /** With the weights of now; undefined where the network is not one-way. */
  readonly causal: () => CausalNetwork | undefined;
}

function taggerAt(
  { temperature, memory }: { readonly temperature: number; readonly memory: number },
  source: TaggerSource,
): ModelTagger {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new AppError('invalid_argument', `tagger: "temperature" must be a number above 0, found ${temperature}`);
  }
  if (!(memory >= MEMORY_WEIGHTS.least && memory <= MEMORY_WEIGHTS.greatest)) {
    throw new AppError(
      'invalid_argument',
      `tagger: "memory" must be a number from ${MEMORY_WEIGHTS.least} to ${MEMORY_WEIGHTS.greatest}, found ${memory}`,
    );
  }
  const { model, identity, tokenizer } = source;
  const { tagSet } = model;
  const iob2 = iob2Tags(tagSet);
  const prepare = preparation(source, temperature);

  function* tagSentences(
    texts: readonly string[],
    work: Iterable<SentenceWork | undefined>,
    options: TagOptions,
  ): Generator<undefined, TaggedText[]> {
    const prepared = prepare();
    const reader =
      memory > 0 && options.memory !== false ? createTextReader(createDocumentMemory(tagSet, memory)) : undefined;
    const results = texts.map((text) => ({ text, entities: [] as Entity[], tokens: [] as TaggedToken[] }));
    let last: ReadonlyMap<string, KeptSentence> = new Map();
    for (const group of groupsOf(work, GROUP)) {
      if (group.length === 0) {
        yield;
        continue;
      }
      const keys = group.map(({ words, borders }) => `${words.join('\0')}\0\0${borders}`);
      const { findings, kept } = findInGroup(model, { ...prepared, reader }, { group, keys, last }, options);
      last = kept;
      group.forEach((sentence, i) => {
        const result = results[sentence.textIndex];
        appendTokens(result.tokens, sentence, findings[i], iob2);
        appendEntities(result, sentence, findings[i], options);
      });
      yield;
    }
    return results;
  }
  const tagInSteps = (texts: readonly string[], options: TagOptions = {}): Generator<undefined, TaggedText[]> => {
    assertTexts(texts, options);
    return tagSentences(texts, sentencesOfTexts(texts, { tokenizer, input: inputOf(options) }), options);
  };
  const tagAll = (texts: readonly string[], options?: TagOptions): TaggedText[] => lastOf(tagInSteps(texts, options));

  const nBest = (words: readonly string[], n: number, { borders }: NBestOptions = {}): ScoredTagging[] =>
    nBestTaggings({ model, causal: prepare().causal, words, borders, n, temperature });

  return {
    model: identity,
    labels: tagSet.labels,
    isPlain: tagSet.format === 'plain',
    tokenizer,
    temperature,
    withTemperature: (other) => taggerAt({ temperature: other, memory }, source),
    memory,
    withMemory: (weight) => taggerAt({ temperature, memory: weight }, source),
    tag: (text, options) => tagAll([text], options)[0],
    tagAll,
    tagInSteps,
    tagWords: (sentences, options = {}) => {
      assertWords(sentences, options);
      const texts = sentences.map((words) => words.join(' '));
      return lastOf(tagSentences(texts, sentencesOfWords(sentences, tokenizer, options.documents), options));
    },
    spansAtTemperature: (sentences) => spansAtTemperature({ model, causal: prepare().causal, sentences }),
    nBest,
    readings: nBest,
    spanScores: (asked) => spanScores({ model, ...prepare() }, asked),
    stream: (options = {}) => {
      const reason = whyNotCausal(model);
      const { causal } = prepare();
      if (reason !== undefined || causal === undefined) {
        throw new AppError('invalid_argument', `stream: model "${identity.id}" cannot tag word by word: ${reason}`);
      }
      const decoder = createFixedLagDecoder(tagSet, model.network.transitions(), { temperature });
      const hasMemory = memory > 0 && options.memory !== false;
      const parts = { network: causal, decoder, lookAhead: model.config.look_ahead, goingOn: goingOnTags(tagSet) };
      return createStream({ ...parts, memory: hasMemory ? createDocumentMemory(tagSet, memory) : undefined }, options);
    },
  };
}

interface Prepared {
  readonly causal: CausalNetwork | undefined;
  readonly decoder: Decoder;
}

/** What is derived from the weights: anew for every call while training may change them in between. */
function preparation({ model, isFinal, causal }: TaggerSource, temperature: number): () => Prepared {
  let prepared: Prepared | undefined;
  return () => {
    if (isFinal && prepared) return prepared;
    prepared = {
      causal: causal(),
      decoder: createDecoder(model.tagSet, model.network.transitions(), { temperature }),
    };
    return prepared;
  };
}

/** Made when first needed: many taggers are loaded and never asked. */
function causalNetworkOf(model: TaggerModel, isFinal: boolean): () => CausalNetwork | undefined {
  if (whyNotCausal(model) !== undefined) return () => undefined;
  let network: CausalNetwork | undefined;
  return () => {
    if (isFinal && network) return network;
    network ??= createCausalNetwork(model, isFinal ? {} : { cacheBytes: TRAINING_CACHE_BYTES });
    network.refresh();
    return network;
  };
}

/** What a generator returns when it is run to its end. */
function lastOf<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** What is known of a sentence that may occur again. */
interface KeptSentence {
  /** Only with a memory, which says something else of it each time. */
  readonly emissions: Float64Array | undefined;
  /** What is found in it when it stands alone. */
  readonly alone: Omit<Finding, 'sources'>;
}

interface GroupToTag {
  readonly group: readonly SentenceWork[];
  /** For each sentence its words and borders as one text: the network says the same of those with the same. */
  readonly keys: readonly string[];
  /** Of the group before. */
  readonly last: ReadonlyMap<string, KeptSentence>;
}

/**
 * Findings in the order of `group`; the same for any grouping. A sentence that occurs again is not computed again: a line
 * repeated a thousand times would cost as much as a book.
 */
function findInGroup(
  model: TaggerModel,
  { causal, decoder, reader }: Prepared & { readonly reader: TextReader | undefined },
  { group, keys, last }: GroupToTag,
  options: TagOptions,
): { readonly findings: readonly Finding[]; readonly kept: ReadonlyMap<string, KeptSentence> } {
  const find = (emissions: Float64Array, tokens: number): Omit<Finding, 'sources'> => {
    const decoded = decoder.decode(emissions, tokens);
    const alternatives = decoded.spans.map((span) =>
      options.alternatives ? otherLabels(decoder, model.tagSet.labels, span) : undefined,
    );
    return { ...decoded, alternatives };
  };
  const kept = new Map<string, KeptSentence>();
  const fresh: number[] = [];
  const seen = new Set<string>();
  for (const [i, key] of keys.entries()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const known = last.get(key);
    if (known) kept.set(key, known);
    else fresh.push(i);
  }
  const k = model.tagSet.tags.length;
  const sentences = fresh.map((i) => group[i].words);
  const borders = fresh.map((i) => group[i].borders);
  visitEmissions({ model, causal, sentences, borders }, (position, emissions, tokens) => {
    kept.set(keys[fresh[position]], {
      // Memory reads sentences in their order, which is not the one they are visited in.
      emissions: reader && emissions.slice(0, tokens * k),
      alone: find(emissions, tokens),
    });
  });
  const findings = group.map(({ words, document }, i) => {
    const { emissions, alone } = kept.get(keys[i])!;
    const leaning = emissions && reader?.read(document, words, emissions);
    return leaning ? fromMemory(find(leaning, words.length), alone) : fromModel(alone);
  });
  return { findings, kept };
}

function fromModel(finding: Omit<Finding, 'sources'>): Finding {
  return { ...finding, sources: finding.spans.map(() => 'model') };
}

/** @param alone What is found in the sentence when nothing is remembered. */
function fromMemory(finding: Omit<Finding, 'sources'>, alone: Omit<Finding, 'sources'>): Finding {
  const keyOf = ({ label, startToken, endToken }: ScoredSpan): string => `${startToken} ${endToken} ${label}`;
  const found = new Set(alone.spans.map(keyOf));
  return { ...finding, sources: finding.spans.map((span) => (found.has(keyOf(span)) ? 'model' : 'memory')) };
}

/** Of the sentence decoded last, likeliest first. */
function otherLabels(
  decoder: Decoder,
  labels: readonly string[],
  span: DecodedSentence['spans'][number],
): Entity['alternatives'] {
  return labels
    .filter((label) => label !== span.label)
    .map((label) => ({ label, score: decoder.scoreOf({ ...span, label }) }))
    .sort((left, right) => right.score - left.score);
}

function appendTokens(
  out: TaggedToken[],
  { tokens }: SentenceWork,
  { tagIds, tokenScores }: Finding,
  iob2: readonly string[],
): void {
  for (let t = 0; t < tokens.length; t++) {
    const { text, start, end } = tokens[t];
    out.push({ text, start, end, tag: iob2[tagIds[t]], score: tokenScores[t] });
  }
}

function appendEntities(
  result: { readonly text: string; readonly entities: Entity[] },
  work: SentenceWork,
  { spans, alternatives, sources }: Finding,
  { threshold = 0 }: TagOptions,
): void {
  spans.forEach(({ label, score, startToken, endToken }, i) => {
    if (score < threshold) return;
    const start = work.tokens[startToken].start;
    const end = work.tokens[endToken - 1].end;
    const others = alternatives[i];
    result.entities.push({
      text: result.text.slice(start, end),
      label,
      start,
      end,
      score,
      tokenStart: work.firstToken + startToken,
      tokenEnd: work.firstToken + endToken,
      source: sources[i],
      ...(others && { alternatives: others }),
    });
  });
}
