import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { AppError } from '#base/errors.js';
import { type CausalNetwork, createCausalNetwork, whyNotCausal } from '#tagging/model/causal-network.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { createDecoder, type DecodedSentence, type Decoder, iob2Tags, type ScoredSpan } from './decode.js';
import type { Entity, ModelIdentity, TaggedText, TaggedToken, Tagger, TagOptions } from './entity.js';
import { createFixedLagDecoder } from './fixed-lag.js';
import { readingsOf } from './n-best-taggings.js';
import { visitEmissions } from './sentence-emissions.js';
import { groupsOf, type SentenceWork, sentencesOfTexts, sentencesOfWords } from './sentences.js';
import { spansAtTemperature } from './spans-at-temperature.js';
import { createStream } from './stream.js';

/** Sentences that are sorted by length and computed together; bounds memory for a text of any size. */
const SENTENCES_PER_GROUP = 256;
/** For words of a model in training, which are forgotten after every call. */
const TRAINING_CACHE_BYTES = 4 * 2 ** 20;

/** A sentence's tags, and its names with all that is said of them but their text. */
interface Finding extends DecodedSentence {
  /** For each span the other labels; only when asked for. */
  readonly alternatives: readonly Entity['alternatives'][];
}

export interface TaggerOptions {
  /** The one whose tokens the model has learned from. */
  readonly tokenizer: Tokenizer;
  /** The model is not trained any more: what it makes of a word is kept from call to call. */
  readonly isFinal?: boolean;
  /** Of every score; 1 unless told, which leaves them as they were learned. */
  readonly temperature?: number;
}

/** A tagger whose scores can be calibrated. */
export interface ModelTagger extends Tagger {
  readonly temperature: number;
  /** The same model with other scores: it finds the same names, and memory and what is kept of words are shared. */
  withTemperature(temperature: number): ModelTagger;
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
  { tokenizer, isFinal = false, temperature = 1 }: TaggerOptions,
): ModelTagger {
  return taggerAt(temperature, { model, identity, tokenizer, isFinal, causal: causalNetworkOf(model, isFinal) });
}

/** What taggers of several temperatures share. */
interface TaggerSource {
  readonly model: TaggerModel;
  readonly identity: ModelIdentity;
  readonly tokenizer: Tokenizer;
  readonly isFinal: boolean;
  /** With the weights of now; undefined where the network is not one-way. */
  readonly causal: () => CausalNetwork | undefined;
}

function taggerAt(temperature: number, source: TaggerSource): ModelTagger {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new AppError('invalid_argument', `tagger: "temperature" must be a number above 0, found ${temperature}`);
  }
  const { model, identity, tokenizer } = source;
  const { tagSet } = model;
  const iob2 = iob2Tags(tagSet);
  const prepare = preparation(source, temperature);

  const tagSentences = (texts: readonly string[], work: Iterable<SentenceWork>, options: TagOptions): TaggedText[] => {
    const prepared = prepare();
    const results = texts.map((text) => ({ text, entities: [] as Entity[], tokens: [] as TaggedToken[] }));
    for (const group of groupsOf(work, SENTENCES_PER_GROUP)) {
      const findings = findInGroup(model, prepared, group, options);
      group.forEach((sentence, i) => {
        const result = results[sentence.textIndex];
        appendTokens(result.tokens, sentence, findings[i], iob2);
        appendEntities(result, sentence, findings[i], options);
      });
    }
    return results;
  };
  const tagAll = (texts: readonly string[], options: TagOptions = {}): TaggedText[] =>
    tagSentences(texts, sentencesOfTexts(texts, tokenizer), options);

  return {
    model: identity,
    labels: tagSet.labels,
    tokenizer,
    temperature,
    withTemperature: (other) => taggerAt(other, source),
    tag: (text, options) => tagAll([text], options)[0],
    tagAll,
    tagWords: (sentences, options = {}) =>
      tagSentences(
        sentences.map((words) => words.join(' ')),
        sentencesOfWords(sentences),
        options,
      ),
    spansAtTemperature: (sentences) => spansAtTemperature({ model, causal: prepare().causal, sentences }),
    readings: (words, n) => readingsOf({ model, causal: prepare().causal, words, n, temperature }),
    stream: (options = {}) => {
      const reason = whyNotCausal(model);
      const { causal } = prepare();
      if (reason !== undefined || causal === undefined) {
        throw new AppError('invalid_argument', `stream: model "${identity.id}" cannot tag word by word: ${reason}`);
      }
      const decoder = createFixedLagDecoder(tagSet, model.network.transitions(), { temperature });
      return createStream({ network: causal, decoder, lookAhead: model.config.look_ahead }, options);
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

/** Findings in the order of `group`; the same for any grouping. */
function findInGroup(
  model: TaggerModel,
  { causal, decoder }: Prepared,
  group: readonly SentenceWork[],
  options: TagOptions,
): Finding[] {
  const findings: Finding[] = new Array(group.length);
  const sentences = group.map(({ tokens }) => tokens.map(({ text }) => text));
  visitEmissions({ model, causal, sentences }, (i, emissions, tokens) => {
    const decoded = decoder.decode(emissions, tokens);
    const alternatives = decoded.spans.map((span) =>
      options.alternatives ? otherLabels(decoder, model.tagSet.labels, span) : undefined,
    );
    findings[i] = { ...decoded, alternatives };
  });
  return findings;
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
  { spans, alternatives }: Finding,
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
      source: 'model',
      ...(others && { alternatives: others }),
    });
  });
}
