import type { TaggedText, WordsOptions } from '#tagging/tagger/entity.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';

/** As much of a tagger as scores, a temperature and a memory are found with. */
export interface FoldedTagger extends Pick<ModelTagger, 'tagWords' | 'temperature' | 'isPlain' | 'memory'> {
  withTemperature(temperature: number): FoldedTagger;
  withMemory(weight: number): FoldedTagger;
}

/**
 * Several taggers as one, for one corpus: its sentence i, or the first ones of it in the same order, is tagged by tagger
 * `of[i]`.
 */
export function foldedTagger(taggers: readonly ModelTagger[], of: readonly number[]): FoldedTagger {
  const [{ temperature, isPlain, memory }] = taggers;
  return {
    temperature,
    isPlain,
    memory,
    withTemperature: (other) =>
      foldedTagger(
        taggers.map((tagger) => tagger.withTemperature(other)),
        of,
      ),
    withMemory: (weight) =>
      foldedTagger(
        taggers.map((tagger) => tagger.withMemory(weight)),
        of,
      ),
    tagWords(sentences, options: WordsOptions = {}) {
      const result: TaggedText[] = [];
      const { documents } = options;
      taggers.forEach((tagger, fold) => {
        const places = [...sentences.keys()].filter((place) => of[place] === fold);
        const tagged = tagger.tagWords(
          places.map((place) => sentences[place]),
          { ...options, ...(documents && { documents: places.map((place) => documents[place]) }) },
        );
        places.forEach((place, i) => {
          result[place] = tagged[i];
        });
      });
      return result;
    },
  };
}
