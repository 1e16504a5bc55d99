import { createBatch } from '../encoding/batch.js';
import type { TaggerModel } from '../model/tagger-model.js';
import { createRandom } from '../random.js';
import { splitSentences } from '../text/sentence-splitter.js';
import type { Token } from '../text/token.js';
import { tokenize } from '../text/tokenizer.js';
import { createDecoder, type DecodedSentence } from './decode.js';
import type { Entity, ModelIdentity, TaggedText, TaggedToken, Tagger, TagOptions } from './entity.js';

/** Sentences that are sorted by length and computed together; bounds memory for a text of any size. */
const SENTENCES_PER_GROUP = 256;
const SENTENCES_PER_BATCH = 32;

/** One sentence on its way through: where its tokens stand, which text it belongs to. */
interface Work {
  readonly textIndex: number;
  readonly tokens: readonly Token[];
  /** Of its first token, counted over the whole text. */
  readonly firstToken: number;
}

export function createTagger(model: TaggerModel, identity: ModelIdentity): Tagger {
  const { tagSet } = model;

  const tagSentences = (texts: readonly string[], work: Iterable<Work>, options: TagOptions): TaggedText[] => {
    const decoder = createDecoder(tagSet, model.network.transitions()); // anew, for training changes them between calls
    const results = texts.map((text) => ({ text, entities: [] as Entity[], tokens: [] as TaggedToken[] }));
    for (const group of groupsOf(work, SENTENCES_PER_GROUP)) {
      const decoded = decodeGroup(model, decoder.decode, group);
      group.forEach((sentence, i) => {
        const result = results[sentence.textIndex];
        appendTokens(result.tokens, sentence, decoded[i], model);
        appendEntities(result, sentence, decoded[i], tagSet.labels, options);
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
  };
}

function* sentencesOfTexts(texts: readonly string[]): Generator<Work> {
  for (const [textIndex, text] of texts.entries()) {
    let firstToken = 0;
    for (const tokens of splitSentences(text, tokenize(text))) {
      yield { textIndex, tokens, firstToken };
      firstToken += tokens.length;
    }
  }
}

function* sentencesOfWords(sentences: readonly (readonly string[])[]): Generator<Work> {
  for (const [textIndex, words] of sentences.entries()) {
    let at = 0;
    const tokens = words.map((text): Token => {
      const start = at;
      at += text.length + 1;
      return { text, start, end: start + text.length };
    });
    if (tokens.length > 0) yield { textIndex, tokens, firstToken: 0 };
  }
}

/** Decoded sentences in the order of `group`; the same result for any grouping. */
function decodeGroup(
  { network, encoder, kernels, tagSet }: TaggerModel,
  decode: (emissions: Float64Array, tokens: number) => DecodedSentence,
  group: readonly Work[],
): DecodedSentence[] {
  const k = tagSet.tags.length;
  const decoded: DecodedSentence[] = new Array(group.length);
  const byLength = group.map((_, i) => i).sort((i, j) => group[j].tokens.length - group[i].tokens.length || i - j);
  for (let from = 0; from < byLength.length; from += SENTENCES_PER_BATCH) {
    const indices = byLength.slice(from, from + SENTENCES_PER_BATCH);
    const batch = createBatch(indices.map((i) => encoder.encode(group[i].tokens.map(({ text }) => text))));
    const position = kernels.arena.position;
    const { output } = network.forward(batch, { kernels, training: false, random: NO_RANDOM });
    const { offsets } = batch.layout;
    kernels.logSoftmax(output.values, output.values, output.rows, k);
    batch.order.forEach((sentence, b) => {
      const tokens = batch.layout.lengths[b];
      const emissions = new Float64Array(tokens * k);
      for (let t = 0; t < tokens; t++) {
        const row = (offsets[t] + b) * k;
        for (let tag = 0; tag < k; tag++) emissions[t * k + tag] = output.values[row + tag];
      }
      decoded[indices[sentence]] = decode(emissions, tokens);
    });
    kernels.arena.release(position);
  }
  return decoded;
}

/** Nothing is drawn outside training. */
const NO_RANDOM = createRandom(0);

function appendTokens(out: TaggedToken[], work: Work, decoded: DecodedSentence, { tagSet }: TaggerModel): void {
  const tags = tagSet.decode(decoded.tagIds);
  work.tokens.forEach((token, t) => {
    out.push({ text: token.text, start: token.start, end: token.end, tag: tags[t], score: decoded.tokenScores[t] });
  });
}

function appendEntities(
  result: { readonly text: string; readonly entities: Entity[] },
  work: Work,
  decoded: DecodedSentence,
  labels: readonly string[],
  { threshold = 0, alternatives = false }: TagOptions,
): void {
  for (const span of decoded.spans) {
    if (span.score < threshold) continue;
    const start = work.tokens[span.startToken].start;
    const end = work.tokens[span.endToken - 1].end;
    const others = alternatives
      ? labels
          .filter((label) => label !== span.label)
          .map((label) => ({ label, score: decoded.scoreOf({ ...span, label }) }))
          .sort((left, right) => right.score - left.score)
      : undefined;
    result.entities.push({
      text: result.text.slice(start, end),
      label: span.label,
      start,
      end,
      score: span.score,
      tokenStart: work.firstToken + span.startToken,
      tokenEnd: work.firstToken + span.endToken,
      source: 'model',
      ...(others && { alternatives: others }),
    });
  }
}

function* groupsOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
