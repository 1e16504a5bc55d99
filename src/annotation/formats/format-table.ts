import { AppError } from '#base/errors.js';
import { brat } from './brat.js';
import { conll, conll2003 } from './conll.js';
import { conllu } from './conllu.js';
import { csv } from './csv.js';
import { csvTexts } from './csv-texts.js';
import { doccano } from './doccano.js';
import type { Format } from './format.js';
import { huggingface } from './huggingface.js';
import { inline } from './inline.js';
import { jsonl } from './jsonl.js';
import { labelStudio } from './label-studio.js';
import { labelStudioConll } from './label-studio-conll.js';
import { labelStudioMin } from './label-studio-min.js';
import { opennlp } from './opennlp.js';
import { prodigy } from './prodigy.js';
import { spacyIob } from './spacy-iob.js';
import { spacyJson } from './spacy-json.js';
import { spacyTuples } from './spacy-tuples.js';
import { universalNer } from './universal-ner.js';

/** Every format that is read and written. To add one, write its file and put it here. */
export const FORMATS: readonly Format[] = [
  conll,
  conll2003,
  universalNer,
  conllu,
  spacyIob,
  jsonl,
  spacyTuples,
  spacyJson,
  doccano,
  prodigy,
  labelStudio,
  labelStudioMin,
  labelStudioConll,
  brat,
  opennlp,
  csv,
  csvTexts,
  huggingface,
  inline,
];

export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** @throws {AppError} `invalid_argument` for a name that the table has not. */
export function findFormat(name: string, option = '"format"'): Format {
  const format = FORMATS.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  const expected = FORMAT_NAMES.join(', ');
  throw new AppError('invalid_argument', `${option} must be one of ${expected}, found ${JSON.stringify(name)}`);
}

/** One line a format: its name and what it is. */
export function describeFormats(): string[] {
  const width = Math.max(...FORMAT_NAMES.map((name) => name.length));
  return FORMATS.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`);
}
