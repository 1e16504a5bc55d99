import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { fnv1a } from '#base/fnv.js';
import { lowbias32 } from '#base/random.js';
import type { CorpusParts } from './grouped-split.js';
import type { PartName } from './part-names.js';

/**
 * Deals documents out by a hash of their characters: about 80 % to train, 10 % each to dev and test. Unlike `splitCorpus` it
 * looks at one document at a time, so a document added, removed or re-annotated moves no other one, and test scores
 * stay comparable while a corpus grows. White space does not count, so that nothing depends on where words are cut. It does
 * not see whether two documents have a sentence in common; the linter does.
 */
export function splitByContent(sentences: readonly LabelledSentence[]): CorpusParts {
  const texts = new Map<number, string[]>();
  for (const { document, words } of sentences) {
    const lines = texts.get(document) ?? [];
    lines.push(words.join(''));
    texts.set(document, lines);
  }
  const partOf = new Map([...texts].map(([document, lines]) => [document, partFor(lines.join('\n'))]));
  const part = (name: PartName) => sentences.filter(({ document }) => partOf.get(document) === name);
  return { train: part('train'), dev: part('dev'), test: part('test') };
}

function partFor(text: string): PartName {
  const tenth = contentHash(text.normalize('NFC')) % 10;
  if (tenth === 8) return 'dev';
  return tenth === 9 ? 'test' : 'train';
}

/** Of 32 bits, scrambled because the low digits of FNV-1a alone are too regular. */
function contentHash(text: string): number {
  return lowbias32(fnv1a(text));
}
