import { AppError } from '#base/errors.js';

/** What offsets count: UTF-16 code units (JavaScript), code points (Python) or bytes of UTF-8. */
export type OffsetUnit = 'utf16' | 'codepoint' | 'utf8';

export const OFFSET_UNITS: readonly OffsetUnit[] = ['utf16', 'codepoint', 'utf8'];

/** Converts offsets into one text. */
export interface OffsetConverter {
  readonly unit: OffsetUnit;
  /** Length of the whole text in the unit. */
  readonly length: number;
  /** Throws `invalid_argument` when the offset is outside the text or between the two halves of a character. */
  fromUtf16(offset: number): number;
  /** Throws `invalid_argument` when the offset is outside the text or inside a character. */
  toUtf16(offset: number): number;
}

/**
 * A converter for the offsets of `text`. Both directions take at most logarithmic time. Only a text that is not ASCII
 * needs a table, of one number for every {@link BLOCK} code units. A lone surrogate is one code point and, like the
 * U+FFFD that replaces it in UTF-8, three bytes.
 */
export function createOffsetConverter(text: string, unit: OffsetUnit): OffsetConverter {
  if (!OFFSET_UNITS.includes(unit)) {
    throw new AppError('invalid_argument', `unit: expected ${OFFSET_UNITS.join(', ')}, found ${JSON.stringify(unit)}`);
  }
  return unit === 'utf16' || IS_ASCII.test(text) ? utf16Converter(text, unit) : countingConverter(text, unit);
}

/** Code units between two entries of the table. */
const BLOCK = 64;

const IS_ASCII = /^[\0-\x7F]*$/;

function utf16Converter(text: string, unit: OffsetUnit): OffsetConverter {
  const check = (offset: number, of: OffsetUnit): number => {
    checkRange({ offset, unit: of, length: text.length });
    if (isInsidePair(text, offset)) throw insideCharacter(offset, of);
    return offset;
  };
  return {
    unit,
    length: text.length,
    fromUtf16: (offset) => check(offset, 'utf16'),
    toUtf16: (offset) => check(offset, unit),
  };
}

function countingConverter(text: string, unit: 'codepoint' | 'utf8'): OffsetConverter {
  const { unitsBefore, length } = countBlocks(text, unit);

  return {
    unit,
    length,
    fromUtf16(offset) {
      checkRange({ offset, unit: 'utf16', length: text.length });
      if (isInsidePair(text, offset)) throw insideCharacter(offset, 'utf16');
      const block = Math.min(Math.floor(offset / BLOCK), unitsBefore.length - 1);
      let units = unitsBefore[block];
      for (let i = block * BLOCK; i < offset; i++) units += unitsAt(text, i, unit);
      return units;
    },
    toUtf16(offset) {
      checkRange({ offset, unit, length });
      const block = lastAtMost(unitsBefore, offset);
      let units = unitsBefore[block];
      let i = block * BLOCK;
      while (units < offset) units += unitsAt(text, i++, unit);
      if (units > offset) throw insideCharacter(offset, unit);
      return isInsidePair(text, i) ? i + 1 : i;
    },
  };
}

/** For each block of code units how many units stand before it. */
function countBlocks(text: string, unit: 'codepoint' | 'utf8'): { unitsBefore: Uint32Array; length: number } {
  const unitsBefore = new Uint32Array(Math.ceil(text.length / BLOCK));
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    if (i % BLOCK === 0) unitsBefore[i / BLOCK] = length;
    length += unitsAt(text, i, unit);
  }
  return { unitsBefore, length };
}

/** Units of the code unit at `i`. The first half of a pair counts for both, the second for nothing. */
function unitsAt(text: string, i: number, unit: 'codepoint' | 'utf8'): number {
  if (isInsidePair(text, i)) return 0;
  if (unit === 'codepoint') return 1;
  const code = text.charCodeAt(i);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return isInsidePair(text, i + 1) ? 4 : 3;
}

function isInsidePair(text: string, offset: number): boolean {
  const isTrail = (text.charCodeAt(offset) & 0xfc00) === 0xdc00;
  return isTrail && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800;
}

/** Index of the last entry that is no greater than `value`; the entries ascend and begin with 0. */
function lastAtMost(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function checkRange({ offset, unit, length }: { offset: number; unit: OffsetUnit; length: number }): void {
  if (!Number.isInteger(offset) || offset < 0 || offset > length) {
    throw new AppError('invalid_argument', `offset: expected a ${unit} offset from 0 to ${length}, found ${offset}`);
  }
}

function insideCharacter(offset: number, unit: OffsetUnit): AppError {
  const expected = `expected a ${unit} offset between two characters`;
  return new AppError('invalid_argument', `offset: ${expected}, found ${offset}, which is inside one`);
}
