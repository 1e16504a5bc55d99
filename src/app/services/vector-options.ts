import { AppError } from '#base/errors.js';
import type { QuantizationBits } from '#tagging/vectors/quantize.js';
import { MAX_DIMENSION, type VectorOrigin } from '#tagging/vectors/vector-table.js';

/** What a person chooses of a table of vectors. */
export interface VectorsOptions {
  /** Required. */
  readonly output?: string;
  readonly words?: string;
  readonly dims?: string;
  readonly bits: string;
  readonly language: string;
  readonly name?: string;
  readonly license: string;
  readonly source: string;
  /** Annotated files: of the rarer words, those like the names in these are kept rather than others. */
  readonly like?: readonly string[];
  /** Leave out damaged lines instead of failing. */
  readonly skipBad?: boolean;
}

const MOST_WORDS = 10_000_000;

export interface VectorSettings {
  readonly output: string;
  readonly words: number;
  /** As many as the file has if not given. */
  readonly dimension: number | undefined;
  readonly bits: QuantizationBits;
  readonly origin: VectorOrigin;
}

/** @throws {AppError} `invalid_argument` */
export function vectorSettings(
  { output, words, dims, bits, language, name, license, source }: VectorsOptions,
  defaultName: string,
): VectorSettings {
  if (!output)
    throw new AppError(
      'invalid_argument',
      '--output: expected the file to write, found none; see onomast vectors --help',
    );
  if (bits !== '8' && bits !== '4')
    throw new AppError('invalid_argument', `--bits: expected 8 or 4, found ${JSON.stringify(bits)}`);
  return {
    output,
    words: words === undefined ? MOST_WORDS : wholeNumber('--words', words, MOST_WORDS),
    dimension: dims === undefined ? undefined : wholeNumber('--dims', dims, MAX_DIMENSION),
    bits: bits === '8' ? 8 : 4,
    origin: { name: name ?? defaultName, language: languageTag(language), license, source },
  };
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new AppError(
    'invalid_argument',
    `${option}: expected a whole number from 1 to ${most}, found ${JSON.stringify(text)}`,
  );
}

function languageTag(text: string): string {
  if (text === '') return text;
  try {
    return new Intl.Locale(text).toString();
  } catch {
    throw new AppError(
      'invalid_argument',
      `--language: expected a language tag such as en or pt-BR, found ${JSON.stringify(text)}`,
    );
  }
}
