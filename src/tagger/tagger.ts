import { AppError } from '../errors.js';
import { createOneWayNetwork, type OneWayNetwork, whyNotOneWay } from '../model/one-way-network.js';
import { sentenceLogits } from '../model/sentence-logits.js';
import type { TaggerModel } from '../model/tagger-model.js';
import { createDecoder, type DecodedSentence, type Decoder, iob2Tags } from './decode.js';
import type { Entity, ModelIdentity, TaggedText, TaggedToken, Tagger, TagOptions } from './entity.js';
import { createFixedLagDecoder } from './fixed-lag.js';
import { groupsOf, type SentenceWork, sentencesOfTexts, sentencesOfWords } from './sentence-work.js';
import { createStream } from './stream.js';

/** Sentences that are sorted by length and computed together; bounds memory for a text of any size. */
const SENTENCES_PER_GROUP = 256;
const SENTENCES_PER_BATCH = 32;
/** For words of a model in training, which are forgotten after every call. */
const TRAINING_CACHE_BYTES = 4 * 2 ** 20;

/** A sentence's tags, and its names with all that is said of them but their text. */
interface Finding extends DecodedSentence {
  /** For each span the other labels; only when asked for. */
  readonly alternatives: readonly Entity['alternatives'][];
}

export interface TaggerOptions {
  /** The model is not trained any more: what it makes of a word is kept from call to call. */
  readonly isFinal?: boolean;
}

export function createTagger(
  model: TaggerModel,
  identity: ModelIdentity,
  { isFinal = false }: TaggerOptions = {},
): Tagger {
  const { tagSet } = model;
  const iob2 = iob2Tags(tagSet);
  const prepare = preparation(model, isFinal);

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
    tagSentences(texts, sentencesOfTexts(texts), options);

  return {
    model: identity,
    labels: tagSet.labels,
    tag: (text, options) => tagAll([text], options)[0],
    tagAll,
    tagWords: (sentences, options = {}) =>
      tagSentences(
        sentences.map((words) => words.join(' ')),
        sentencesOfWords(sentences),
        options,
      ),
    stream: (options = {}) => {
      const reason = whyNotOneWay(model);
      const { oneWay } = prepare();
      if (reason !== undefined || oneWay === undefined) {
        throw new AppError('invalid_argument', `stream: model "${identity.id}" cannot tag word by word: ${reason}`);
      }
      const decoder = createFixedLagDecoder(tagSet, model.network.transitions());
      return createStream({ network: oneWay, decoder, lookAhead: model.config.look_ahead }, options);
    },
  };
}

interface Prepared {
  readonly oneWay: OneWayNetwork | undefined;
  readonly decoder: Decoder;
}

/** What is derived from the weights: anew for every call while training may change them in between. */
function preparation(model: TaggerModel, isFinal: boolean): () => Prepared {
  const isOneWay = whyNotOneWay(model) === undefined;
  let oneWay: OneWayNetwork | undefined; // made when first needed: many taggers are loaded and never asked
  let prepared: Prepared | undefined;
  return () => {
    if (isFinal && prepared) return prepared;
    if (isOneWay) {
      oneWay ??= createOneWayNetwork(model, isFinal ? {} : { cacheBytes: TRAINING_CACHE_BYTES });
      oneWay.refresh();
    }
    prepared = { oneWay, decoder: createDecoder(model.tagSet, model.network.transitions()) };
    return prepared;
  };
}

/** Findings in the order of `group`; the same for any grouping. */
function findInGroup(
  model: TaggerModel,
  { oneWay, decoder }: Prepared,
  group: readonly SentenceWork[],
  options: TagOptions,
): Finding[] {
  const { kernels, tagSet } = model;
  const k = tagSet.tags.length;
  const findings: Finding[] = new Array(group.length);
  const byLength = group.map((_, i) => i).sort((i, j) => group[j].tokens.length - group[i].tokens.length || i - j);
  const emissions = new Float64Array(k * (group[byLength[0]]?.tokens.length ?? 0));
  for (let from = 0; from < byLength.length; from += SENTENCES_PER_BATCH) {
    const indices = byLength.slice(from, from + SENTENCES_PER_BATCH);
    const position = kernels.arena.position;
    const sentences = indices.map((i) => group[i].tokens.map(({ text }) => text));
    const { logits, layout } = sentenceLogits(model, oneWay, sentences);
    indices.forEach((i, b) => {
      const tokens = layout.lengths[b];
      for (let t = 0; t < tokens; t++) {
        const row = (layout.offsets[t] + b) * k;
        for (let tag = 0; tag < k; tag++) emissions[t * k + tag] = logits.values[row + tag];
      }
      const decoded = decoder.decode(emissions, tokens);
      const alternatives = decoded.spans.map((span) =>
        options.alternatives ? otherLabels(decoder, tagSet.labels, span) : undefined,
      );
      findings[i] = { ...decoded, alternatives };
    });
    kernels.arena.release(position);
  }
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
