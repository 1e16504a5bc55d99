import type { Token } from '#annotation/text/token.js';
import { AppError } from '#base/errors.js';
import type { Floats } from '#engine/kernels/kernels.js';
import type { CausalNetwork } from '#tagging/model/causal-network.js';
import { forbidGoingOn } from './decode.js';
import { type DocumentMemory, type Impression, MOST_REMEMBERED } from './document-memory.js';
import type { StreamedToken, StreamOptions, StreamUpdate, TagStream } from './entity.js';
import type { FixedLagDecoder, LaggedTag, LagScores } from './fixed-lag.js';

export interface StreamParts {
  readonly network: CausalNetwork;
  readonly decoder: FixedLagDecoder;
  /** k */
  readonly lookAhead: number;
  /** Of the text that the stream is; none where every sentence stands alone. */
  readonly memory?: DocumentMemory | undefined;
  /** Of `goingOnTags`. */
  readonly goingOn: readonly number[];
}

const DEFAULT_HISTORY = 512;

/** What is kept of one word. */
interface WordRecord {
  token: Token;
  /** Of the network after this word, once the k words after it are known. */
  readonly state: Floats;
  /** Of the decoder after this word, once its tag is certain. */
  scores: LagScores | undefined;
}

/**
 * Words come in at one end; the network runs over the last k + 1 of them, the window. For the oldest word of a full window
 * nothing is missing any more: its state is kept, its tag becomes certain. For the others the words still to come count as
 * zeros, as they do at the end of a sentence, so their states are thrown away.
 */
export function createStream(
  { network, decoder, lookAhead, memory, goingOn }: StreamParts,
  { history = DEFAULT_HISTORY }: StreamOptions = {},
): TagStream {
  if (!Number.isInteger(history) || history < 1) {
    throw new AppError('invalid_argument', `stream: "history" must be a whole number from 1, found ${history}`);
  }
  const windowSize = lookAhead + 1;
  const inputs = ring(windowSize, () => network.createArray(network.inputSize));
  const records = ring(
    history + windowSize,
    (): WordRecord => ({ token: BEFORE, state: newState(), scores: undefined }),
  );
  const zeroState = newState();
  const passing = [newState(), newState()]; // states of the words that are not certain
  const logits = network.createArray(network.tagCount);
  const emissions = new Float64Array(windowSize * network.tagCount);
  /** Of the certain words of this sentence, the latest of very many; remembered when it ends, so that edits find them. */
  let impressions: (Impression & { readonly index: number })[] = [];

  let length = 0;
  let certain = 0;
  let oldest = 0; // the first word whose record has not been overwritten
  let endOfText = -1; // of the last token of the sentence before

  function newState(): Floats {
    return network.createArray(network.stateSize);
  }

  const scoresBefore = (index: number): LagScores | undefined =>
    index === 0 ? undefined : records.at(index - 1).scores;
  const streamed = (index: number, tag: LaggedTag): StreamedToken => {
    const { text, start, end } = records.at(index).token;
    return { text, start, end, ...tag, index };
  };

  const enter = (token: Token): void => {
    records.at(length).token = token;
    inputs.at(length).fill(0);
    for (let index = certain; index <= length; index++) network.addInput(inputs.at(index), token.text, length - index);
    length++;
    oldest = Math.max(oldest, length - records.size);
  };

  /** Runs the network over the window; returns the number of timesteps. */
  const run = (): number => {
    let state = certain === 0 ? zeroState : records.at(certain - 1).state;
    for (let index = certain; index < length; index++) {
      const isFinal = index + lookAhead < length;
      const next = isFinal ? records.at(index).state : passing[index % 2];
      network.step({ input: inputs.at(index), state, next, logits });
      emissions.set(logits, (index - certain) * network.tagCount);
      if (records.at(index).token.border) forbidGoingOn(emissions, (index - certain) * network.tagCount, goingOn);
      state = next;
    }
    return length - certain;
  };

  const wordAt = (index: number): string => records.at(index).token.text;
  /** The emissions of the window, with what earlier sentences say. */
  const leaning = (): Float64Array => {
    if (!memory) return emissions;
    const sum = emissions.slice();
    for (let index = certain; index < length; index++) memory.lean(wordAt(index), sum, index - certain);
    return sum;
  };
  const impress = (index: number, row: number): void => {
    const impression = memory?.impressionOf(wordAt(index), emissions, row);
    if (impression) impressions.push({ ...impression, index });
    if (impressions.length > MOST_REMEMBERED) impressions.shift();
  };

  /** Takes the oldest word out of a full window. */
  const settle = (): StreamedToken[] => {
    if (length - certain < windowSize) return [];
    const { settled, after } = decoder.settle({
      before: scoresBefore(certain),
      emissions: leaning(),
      tokens: windowSize,
    });
    const index = certain++;
    impress(index, 0);
    records.at(index).scores = after;
    emissions.copyWithin(0, network.tagCount);
    return [streamed(index, settled)];
  };

  const rest = (): StreamedToken[] =>
    decoder
      .finish({ before: scoresBefore(certain), emissions: leaning(), tokens: length - certain })
      .map((tag, i) => streamed(certain + i, tag));

  const pushAll = (tokens: readonly Token[]): StreamUpdate => {
    let recomputed = 0;
    const settled = tokens.flatMap((token) => {
      enter(token);
      recomputed += run();
      return settle();
    });
    return { certain: settled, tentative: rest(), recomputed };
  };

  /** Words as tokens that follow word `index` - 1. */
  const tokensFrom = (index: number, words: readonly (string | Token)[]): Token[] => {
    let { end } = index === 0 ? { end: endOfText } : records.at(index - 1).token;
    return words.map((word) => {
      const token = typeof word === 'string' ? { text: word, start: end + 1, end: end + 1 + word.length } : word;
      if (typeof token?.text !== 'string') {
        throw new AppError('invalid_argument', `stream: expected a word or a token, found ${JSON.stringify(word)}`);
      }
      end = token.end;
      return { text: token.text, start: token.start, end: token.end, ...(token.border && { border: true as const }) };
    });
  };

  return {
    lookAhead,
    get length() {
      return length;
    },
    push: (word) => pushAll(tokensFrom(length, [word])),
    replaceFrom(index, words) {
      if (!Number.isInteger(index) || index < 0 || index > length) {
        throw new AppError(
          'invalid_argument',
          `stream: "index" must be a whole number from 0 to ${length}, found ${index}`,
        );
      }
      const firstAffected = Math.max(0, index - lookAhead);
      if (Math.max(0, firstAffected - 1) < oldest) {
        throw new AppError(
          'invalid_argument',
          `stream: word ${index} of ${length} is further back than the history of ${history} words that is kept`,
        );
      }
      const tokens = tokensFrom(index, words);
      const kept = Array.from({ length: index - firstAffected }, (_, i) => records.at(firstAffected + i).token);
      certain = firstAffected;
      length = firstAffected;
      impressions = impressions.filter((impression) => impression.index < firstAffected);
      for (const token of kept) enter(token);
      if (tokens.length > 0) return pushAll(tokens);
      const recomputed = run();
      return { certain: [], tentative: rest(), recomputed };
    },
    end() {
      const update = { certain: rest(), tentative: [], recomputed: 0 };
      for (let index = certain; index < length; index++) impress(index, index - certain);
      memory?.remember(impressions);
      impressions = [];
      if (length > 0) endOfText = records.at(length - 1).token.end;
      length = 0;
      certain = 0;
      oldest = 0;
      return update;
    },
  };
}

const BEFORE: Token = { text: '', start: -1, end: -1 };

/** The last `size` of an endless row of values, which are made when first needed and then used again. */
function ring<T>(size: number, create: () => T): { readonly size: number; at(index: number): T } {
  const values: T[] = [];
  return { size, at: (index) => (values[index % size] ??= create()) };
}
