import { existsSync } from 'node:fs';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
import { vectorCoverage } from '#tagging/vectors/vector-coverage.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import { LEAST_WORDS } from './learn-vectors.js';
import { ENGLISH_VECTORS } from './paths.js';

/** With fewer known words it is another language, and its vectors would say little. */
const LEAST_COVERAGE = 0.6;

const OWN = 'word vectors are learned from the text itself';

export interface ChosenVectors {
  readonly vectors?: VectorTable;
  /** There are none: they are to be learned from the text itself. */
  readonly isToLearn: boolean;
  /** What was chosen and why, for the user. */
  readonly notice: string;
}

/**
 * @param setting The option `vectors`: auto, own, none or a path.
 * @throws {AppError} `not_found` if there is no such file, `damaged_model` if it is no table of vectors.
 */
export function chooseVectors(setting: string, sentences: readonly LabelledSentence[]): ChosenVectors {
  if (setting === 'none') return { isToLearn: false, notice: 'no pretrained vectors' };
  if (setting === 'own') return { isToLearn: true, notice: OWN };
  const isAutomatic = setting === 'auto';
  const path = isAutomatic ? ENGLISH_VECTORS : setting;
  const isToLearn = isAutomatic && sentences.reduce((sum, { words }) => sum + words.length, 0) >= LEAST_WORDS;
  const instead = isToLearn ? OWN : 'no word vectors';
  if (isAutomatic && !existsSync(path)) return { isToLearn, notice: `${instead}: the English table is not there` };
  const vectors = loadVectorTable(path);
  const { known, words, share } = vectorCoverage(
    vectors,
    sentences.flatMap((sentence) => sentence.words),
  );
  const coverage = `know ${(100 * share).toFixed(1)} % of the words (${known} of ${words})`;
  const name = vectors.origin.name || path;
  if (isAutomatic && share < LEAST_COVERAGE)
    return { isToLearn, notice: `${instead}: ${name} ${coverage}; --vectors FILE names others` };
  return { vectors, isToLearn: false, notice: `pretrained vectors: ${name}, ${vectors.size} words; they ${coverage}` };
}
