import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { Token } from '#annotation/text/token.js';
import type { ShownEntity } from '#app/shared/tag-view.js';
import type { Tagger, TagStream } from '#tagging/tagger/entity.js';

/** What is known of a text while it is typed. */
export interface LiveAnswer {
  readonly entities: readonly ShownEntity[];
  readonly words: number;
  /** Words of the last sentence whose tags the next words may change. */
  readonly tentative: number;
  /** Timesteps of the network that were run for this change. */
  readonly recomputed: number;
}

/** Tags a text again after every key, and computes no more of it than has changed. */
export interface LiveTagging {
  update(text: string): LiveAnswer;
}

interface TaggedWords {
  readonly tags: readonly string[];
  readonly scores: readonly number[];
}

/** Sentences whose tags are kept; beyond that all are forgotten. */
const MOST_KEPT = 5000;

/**
 * The sentence that changes goes through the tagger's stream, word by word, whose certain tags are never taken back; the others
 * are tagged as a whole, once. Each stands alone here: what sentences say of each other is for when the reader pauses. Where
 * the network is not one-way the sentence that changes is tagged as a whole, too.
 */
export function createLiveTagging(tagger: Tagger): LiveTagging {
  const kept = new Map<string, TaggedWords>();
  let before: readonly string[] = [];
  const live = newLive(tagger);

  return {
    update(text) {
      const { tokenizer } = tagger;
      const sentences = tokenizer.sentences(text, tokenizer.tokenize(text));
      const keys = sentences.map(keyOf);
      const differs = keys.findIndex((key, i) => key !== before[i]);
      const edited = differs === -1 ? sentences.length - 1 : differs;
      before = keys;
      let recomputed = 0;
      let tentative = 0;
      const entities = sentences.flatMap((tokens, i) => {
        let tagged = i === edited ? undefined : kept.get(keys[i]);
        if (i === edited) {
          const isLast = i === sentences.length - 1;
          const update = live.update(tokens);
          tagged = update.tagged;
          recomputed += update.recomputed;
          if (isLast) tentative = update.tentative;
        } else if (tagged === undefined) {
          tagged = wholeSentence(tagger, tokens);
          recomputed += tokens.length;
          keep(keys[i], tagged);
        }
        return entitiesOf(text, tokens, tagged!, i === edited ? tokens.length - tentative : tokens.length);
      });
      const words = sentences.reduce((sum, tokens) => sum + tokens.length, 0);
      return { entities, words, tentative, recomputed };
    },
  };

  function keep(key: string, tagged: TaggedWords): void {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, tagged);
  }

  function newLive(of: Tagger): Live {
    let stream = streamOf(of);
    let current: readonly Token[] = [];
    let tags: string[] = [];
    let scores: number[] = [];
    return {
      update(tokens) {
        if (stream === undefined)
          return { tagged: wholeSentence(of, tokens), recomputed: tokens.length, tentative: tokens.length };
        let same = 0;
        while (same < current.length && same < tokens.length && isSame(current[same], tokens[same])) same++;
        const update = replaced(same, tokens);
        current = tokens;
        tags = tags.slice(0, tokens.length);
        scores = scores.slice(0, tokens.length);
        for (const { index, tag, score } of [...update.certain, ...update.tentative]) {
          tags[index] = tag;
          scores[index] = score;
        }
        return {
          tagged: { tags: [...tags], scores: [...scores] },
          recomputed: update.recomputed,
          tentative: update.tentative.length,
        };
      },
    };

    /** Further back than the stream remembers, the sentence is begun anew. */
    function replaced(from: number, tokens: readonly Token[]): ReturnType<TagStream['replaceFrom']> {
      try {
        return stream!.replaceFrom(from, tokens.slice(from));
      } catch {
        stream = streamOf(of)!;
        return stream.replaceFrom(0, tokens);
      }
    }
  }
}

interface Live {
  update(tokens: readonly Token[]): {
    readonly tagged: TaggedWords;
    readonly recomputed: number;
    readonly tentative: number;
  };
}

function streamOf(tagger: Tagger): TagStream | undefined {
  try {
    return tagger.stream({ memory: false });
  } catch {
    return undefined; // its network has to see the whole sentence
  }
}

function wholeSentence(tagger: Tagger, tokens: readonly Token[]): TaggedWords {
  const [{ tokens: tagged }] = tagger.tagWords([tokens.map((token) => token.text)], { memory: false });
  return { tags: tagged.map(({ tag }) => tag), scores: tagged.map(({ score }) => score) };
}

/** @param certain How many of the sentence's words are certain; a name that reaches up to the others may still grow. */
function entitiesOf(
  text: string,
  tokens: readonly Token[],
  { tags, scores }: TaggedWords,
  certain: number,
): ShownEntity[] {
  return spansFromIob2(tags).map(({ label, startToken, endToken }) => {
    const [start, end] = [tokens[startToken].start, tokens[endToken - 1].end];
    // The least certain of its words, until the reader pauses and the whole name is scored.
    const score = Math.min(...scores.slice(startToken, endToken));
    const isTentative = certain < tokens.length && endToken >= certain;
    return { text: text.slice(start, end), label, start, end, score, isTentative };
  });
}

function isSame(left: Token, right: Token): boolean {
  return left.text === right.text && left.border === right.border;
}

function keyOf(tokens: readonly Token[]): string {
  return tokens.map((token) => `${token.border ? '\u0001' : ''}${token.text}`).join('\0');
}
