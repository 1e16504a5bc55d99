import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { createVectorTable } from '#tagging/vectors/vector-table.js';

/** Eight sentences with names of three labels, some of several words, some touching the end. */
const ANNOTATED = [
  'Ana/B-PER met/O Li/B-PER Wei/I-PER at/O Ford/B-ORG in/O Oslo/B-LOC ./O',
  'Yesterday/O Oslo/B-LOC slept/O',
  'Ford/B-ORG Motor/I-ORG Company/I-ORG hired/O Ana/B-PER de/I-PER Souza/I-PER ./O',
  'Nobody/O came/O ./O',
  'Li/B-PER Wei/I-PER lives/O in/O New/B-LOC York/I-LOC',
  'The/O Bank/B-ORG of/I-ORG Ghana/I-ORG wrote/O to/O Souza/B-PER ,/O Wei/B-PER ,/O Ana/B-PER ./O',
  'Ghana/B-LOC',
  'In/O 1999/O York/B-LOC met/O Ford/B-ORG ,/O said/O Ama/B-PER Owusu/I-PER ./O',
];

export const TINY_CORPUS: readonly LabelledSentence[] = ANNOTATED.map((line, i) => {
  const pairs = line.split(' ').map((pair) => pair.split('/'));
  return {
    words: pairs.map(([word]) => word),
    tags: pairs.map(([, tag]) => tag),
    document: i,
    source: { file: 'tiny.conll', line: i + 1 },
  };
});

const KNOWN = ['oslo', 'ana', 'ford', 'met', 'in', 'york', 'never-seen'];
/** Vectors of some of their words, and of one that does not occur. */
export const TINY_VECTORS = createVectorTable({
  words: KNOWN,
  values: Float32Array.from({ length: 5 * KNOWN.length }, (_, i) => Math.cos(i)),
  dimension: 5,
  bits: 8,
  origin: { name: 'tiny', language: 'en', license: 'CC0-1.0', source: 'cosines' },
});
