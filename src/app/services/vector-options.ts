import { AppError } from '#base/errors.js';
import type { QuantizationBits } from '#tagging/vectors/quantize.js';
import { MAX_DIMENSION, type VectorOrigin } from '#tagging/vectors/vector-table.js';

/** What a person chooses of a table of vectors. */
export interface VectorsOptions {
  /** Required. */
  readonly output?: string;
  /** All if not given. */
  readonly words?: number;
  /** As many as the file has if not given. */
  readonly dims?: number;
  readonly bits: QuantizationBits;
  readonly language: string;
  readonly name?: string;
  readonly license: string;
  readonly source: string;
  /** Annotated files: of the rarer words, those like the names in these are kept rather than others. */
  readonly like?: readonly string[];
  /** Leave out damaged lines instead of failing. */
  readonly skipBad?: boolean;
}

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
  if (dims !== undefined && dims > MAX_DIMENSION)
    throw new AppError('invalid_argument', `--dims: expected a whole number from 1 to ${MAX_DIMENSION}, found ${dims}`);
  return {
    output,
    words: words ?? Number.POSITIVE_INFINITY,
    dimension: dims,
    bits,
    origin: { name: name ?? defaultName, language: languageTag(language), license, source },
  };
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
