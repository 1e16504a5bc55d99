import { spansFromIob2 } from '#annotation/tags/spans.js';
import { readMarkup } from '#annotation/text/markup/read-markup.js';
import type { Token } from '#annotation/text/token.js';
import type {
  Entity,
  ModelIdentity,
  TaggedText,
  TaggedToken,
  Tagger,
  TagOptions,
  TagStream,
} from '#tagging/tagger/entity.js';

export interface FakeTaggerOptions {
  readonly model?: Partial<ModelIdentity>;
  /** Label of each word that is a name; neighbours of one label are one name. */
  readonly names?: Readonly<Record<string, string>>;
}

const NAMES: Readonly<Record<string, string>> = {
  Ada: 'PER',
  Lovelace: 'PER',
  José: 'PER',
  Zürich: 'LOC',
  London: 'LOC',
  Swissair: 'ORG',
  Lind: 'PER',
};
/** A name that is found by what the text said before, so only with memory. */
const REMEMBERED = 'Lind';
/** Of token number n within its name; powers of two add and halve without rounding. */
const TOKEN_SCORES = [0.75, 0.5, 0.25];

/**
 * A tagger that knows its names by heart: tokens are runs of letters, digits and marks, or single other characters.
 * The score of a name is the product of those of its tokens: 0.75, 0.375, …
 */
export function fakeTagger({ model, names = NAMES }: FakeTaggerOptions = {}): Tagger {
  const labelOf = (word: string): string | undefined => (Object.hasOwn(names, word) ? names[word] : undefined);
  const tagTokens = (
    text: string,
    tokens: readonly Token[],
    { threshold = 0, alternatives, memory = true }: TagOptions,
  ): TaggedText => {
    const tagged: TaggedToken[] = [];
    const entities: Entity[] = [];
    let open: { label: string; tokenStart: number } | undefined;
    for (const [index, token] of [...tokens, undefined].entries()) {
      const label = token === undefined ? undefined : labelOf(token.text);
      if (open !== undefined && label !== open.label) {
        entities.push(entityOf(text, { tokens: tagged, ...open, tokenEnd: index }));
        open = undefined;
      }
      if (token === undefined) break;
      if (label !== undefined) open ??= { label, tokenStart: index };
      const position = open === undefined ? 0 : index - open.tokenStart;
      tagged.push({
        ...token,
        tag: label === undefined ? 'O' : `${position === 0 ? 'B' : 'I'}-${label}`,
        score: TOKEN_SCORES[Math.min(position, 2)],
      });
    }
    const isKept = ({ score, source }: Entity): boolean => score >= threshold && (memory || source === 'model');
    const kept = entities.filter(isKept);
    const withAlternatives = kept.map((entity) => ({ ...entity, alternatives: [{ label: 'MISC', score: 0.125 }] }));
    return { text, tokens: tagged, entities: alternatives ? withAlternatives : kept };
  };

  const tagger: Tagger = {
    model: { id: 'names', version: 7, sha256: '9c1f'.padEnd(64, '0'), ...model },
    labels: [...new Set(Object.values(names))].sort(),
    isPlain: false,
    tokenizer: { id: 'fake', version: 1, tokenize: (text) => tokensOf(text), sentences: (_, tokens) => [[...tokens]] },
    tag: (text, options = {}) => tagTokens(text, tokensOf(text, options), options),
    tagAll: (texts, options = {}) => texts.map((text) => tagTokens(text, tokensOf(text, options), options)),
    *tagInSteps(texts, options = {}) {
      const results: TaggedText[] = [];
      for (const text of texts) {
        results.push(tagTokens(text, tokensOf(text, options), options));
        yield;
      }
      return results;
    },
    tagWords: (sentences, options = {}) =>
      sentences.map((words) => {
        let end = -1;
        const tokens = words.map((word) => {
          const start = end + 1;
          end = start + word.length;
          return { text: word, start, end };
        });
        return tagTokens(words.join(' '), tokens, options);
      }),
    nBest: (words) => [
      { spans: spansFromIob2(tagger.tagWords([words])[0].tokens.map(({ tag }) => tag)), probability: 1 },
    ],
    readings: (words, n) => tagger.nBest(words, n),
    spanScores: (asked) =>
      asked.map(({ words, span }) => {
        const found = tagger
          .tagWords([words])[0]
          .entities.find(
            ({ label, tokenStart, tokenEnd }) =>
              label === span.label && tokenStart === span.startToken && tokenEnd === span.endToken,
          );
        return found?.score ?? 0;
      }),
    stream: () => fakeStream((words) => tagger.tagWords([words])[0].tokens),
  };
  return tagger;
}

/** Needs to see nothing of what follows, so that every tag is certain at once. */
function fakeStream(tagsOf: (words: readonly string[]) => readonly TaggedToken[]): TagStream {
  let words: string[] = [];
  const replaceFrom = (index: number, replacements: readonly (string | Token)[]) => {
    words = [...words.slice(0, index), ...replacements.map((word) => (typeof word === 'string' ? word : word.text))];
    const certain = tagsOf(words).map((token, i) => ({ ...token, index: i }));
    return { certain: certain.slice(index), tentative: [], recomputed: replacements.length };
  };
  return {
    lookAhead: 0,
    get length() {
      return words.length;
    },
    push: (word) => replaceFrom(words.length, [word]),
    replaceFrom,
    end: () => {
      words = [];
      return { certain: [], tentative: [], recomputed: 0 };
    },
  };
}

function tokensOf(source: string, { input = 'text' }: TagOptions = {}): Token[] {
  const { text, toSource } = readMarkup(source, input);
  return Array.from(text.matchAll(/[\p{L}\p{N}\p{M}]+|\S/gu), ({ 0: word, index }) => ({
    text: word,
    ...toSource({ start: index, end: index + word.length }),
  }));
}

function entityOf(
  text: string,
  {
    tokens,
    label,
    tokenStart,
    tokenEnd,
  }: { tokens: readonly TaggedToken[]; label: string; tokenStart: number; tokenEnd: number },
): Entity {
  const covered = tokens.slice(tokenStart, tokenEnd);
  const { start } = covered[0];
  const { end } = covered[covered.length - 1];
  const score = covered.reduce((product, token) => product * token.score, 1);
  const name = text.slice(start, end);
  const source = name === REMEMBERED ? 'memory' : 'model';
  return { text: name, label, start, end, score, tokenStart, tokenEnd, source };
}
