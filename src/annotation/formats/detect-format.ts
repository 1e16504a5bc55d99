import type { CorpusFormat } from '#annotation/documents/corpus-report.js';
import type { CorpusSource } from '#annotation/documents/corpus-source.js';
import { tryParseTag } from '#annotation/tags/bio.js';

/**
 * The format that the first lines look like, whatever the file is called. Columns of words and tags if nothing else: its
 * reader explains best what a line lacks.
 */
export function detectFormat({ lines }: CorpusSource): CorpusFormat {
  const filled = lines.filter((line) => line.trim() !== '');
  const sample = filled.slice(0, SAMPLE);
  if (looksLikeJson(sample[0])) return 'jsonl';
  if (looksLikeUniversalNer(sample)) return 'universal-ner';
  if (endInTags(sample)) return 'conll';
  return filled.some((line) => INLINE_NAME.test(line)) ? 'inline' : 'conll';
}

/** Lines looked at; enough to see past headings and comments. */
const SAMPLE = 200;

const INLINE_NAME = /\[[^\][|]+\|[^\][|\s]+\]/;

/** Also malformed JSON, whose reader says what is wrong with it. A tag at the end would make `{"` a word. */
function looksLikeJson(line: string): boolean {
  if (!/^\s*[{[]/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return /^\s*(?:\{\s*(?:"|$)|\[\s*["[{]|\[\s*$)/.test(line) && !endsInTag(line);
  }
}

/** Most rows are numbered on from 1 in each sentence, and their third column is a tag. */
function looksLikeUniversalNer(sample: readonly string[]): boolean {
  const rows = sample
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .filter(([number]) => !/^\d+[-.]\d+$/.test(number));
  const fitting = rows.filter(([number, , tag], index) => {
    const isNumbered = number === '1' || Number(number) === Number(rows[index - 1]?.[0]) + 1;
    return isNumbered && tryParseTag((tag ?? '').trim()) !== null;
  });
  return fitting.length > rows.length / 2;
}

/** Most lines of columns end in a tag; a few of other forms shall be reported, not mistaken for another format. */
function endInTags(sample: readonly string[]): boolean {
  return sample.filter(endsInTag).length > sample.length / 2;
}

function endsInTag(line: string): boolean {
  const columns = line.trim().split(/[\t ]+/);
  return columns.length > 1 && tryParseTag(columns[columns.length - 1]) !== null;
}
