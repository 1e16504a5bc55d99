import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { NameExample } from '#tagging/vectors/build/name-likeness.js';
import type { WordVector } from '#tagging/vectors/build/word-vector.js';
import { lookUp, lookupForms } from '#tagging/vectors/look-up.js';

/**
 * The words of annotated sentences that have vectors, each once, however often and in whichever spelling it occurs: with
 * how many of its occurrences are part of a name.
 */
export async function nameExamples(
  sentences: readonly LabelledSentence[],
  vectors: AsyncIterable<WordVector>,
): Promise<NameExample[]> {
  const occurrences = countOccurrences(sentences);
  const wanted = new Set([...occurrences.keys()].flatMap((word) => [...lookupForms(word)]));
  const known = new Map<string, { values: Float32Array; inNames: number; all: number }>();
  for await (const { word, values } of vectors) {
    if (wanted.has(word) && !known.has(word)) known.set(word, { values, inNames: 0, all: 0 });
  }
  for (const [word, { inNames, all }] of occurrences) {
    const form = lookUp(known, word);
    if (!form) continue;
    form.inNames += inNames;
    form.all += all;
  }
  return [...known.values()]
    .filter(({ all }) => all > 0)
    .map(({ values, inNames, all }) => ({ values, share: inNames / all }));
}

interface Occurrences {
  inNames: number;
  all: number;
}

function countOccurrences(sentences: readonly LabelledSentence[]): Map<string, Occurrences> {
  const counts = new Map<string, Occurrences>();
  for (const { words, tags } of sentences) {
    words.forEach((word, token) => {
      let count = counts.get(word);
      if (!count) counts.set(word, (count = { inNames: 0, all: 0 }));
      count.all++;
      if (tags[token] !== 'O') count.inNames++;
    });
  }
  return counts;
}
