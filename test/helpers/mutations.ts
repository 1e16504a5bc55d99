import { readDocuments } from '#annotation/reading/read-documents.js';
import type { Random } from '#base/random.js';

/** Four documents with what formats find hard: several lines, surrogates, no name at all, another script. */
export const { documents: SEED_DOCUMENTS } = readDocuments({
  name: 'seed',
  text: [
    {
      id: 'a1',
      text: 'Ida Holm met José in Lund.\r\nShe left 😀 soon.',
      entities: [
        [0, 8, 'PER'],
        [13, 17, 'PER'],
        [21, 25, 'LOC'],
      ],
    },
    {
      text: 'Vik Boats, of Bergen, grew.',
      entities: [
        [0, 9, 'ORG'],
        [14, 20, 'LOC'],
      ],
      source: 'x',
    },
    { text: 'Nobody came.', entities: [] },
    {
      text: '李小 lives in 北京',
      entities: [
        [0, 2, 'PER'],
        [12, 14, 'LOC'],
      ],
    },
  ]
    .map((record) => JSON.stringify({ ...record, offset_unit: 'utf16' }))
    .join('\n'),
});

const pick = (random: Random, length: number): number => Math.floor(random.next() * length);

/** The text with bits flipped, lines cut, columns dropped, keys renamed or numbers changed: one thing of these. */
export function mutateText(bytes: Uint8Array, random: Random): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const encode = (changed: string) => new TextEncoder().encode(changed);
  const lines = text.split('\n');
  const line = pick(random, lines.length);
  switch (pick(random, 8)) {
    case 0: {
      const flipped = Uint8Array.from(bytes); // slice() of a Buffer shares its bytes
      for (let count = 0; count < 3; count++) flipped[pick(random, bytes.length)] ^= 1 << pick(random, 8);
      return flipped;
    }
    case 1:
      return bytes.slice(0, pick(random, bytes.length) + 1);
    case 2:
      return encode(lines.filter((_, index) => index !== line).join('\n'));
    case 3:
      lines[line] = lines[line].slice(0, pick(random, lines[line].length + 1));
      return encode(lines.join('\n'));
    case 4: {
      const cells = lines[line].split(/([\t ,|])/);
      cells.splice(pick(random, cells.length), 1 + pick(random, 2));
      lines[line] = cells.join('');
      return encode(lines.join('\n'));
    }
    case 5: {
      const keys = [...text.matchAll(/"(\w+)":/g)];
      if (keys.length === 0) return encode(text.replaceAll('B-', 'X-'));
      const { index, 0: key } = keys[pick(random, keys.length)];
      return encode(`${text.slice(0, index)}"renamed":${text.slice(index + key.length)}`);
    }
    case 6: {
      const numbers = [...text.matchAll(/\d+/g)];
      if (numbers.length === 0) return encode(`${text}\n${lines[line]}`);
      const { index, 0: number } = numbers[pick(random, numbers.length)];
      const other = ['-1', '0', '99999', '1e400', 'null', '"7"', '1.5'][pick(random, 7)];
      return encode(text.slice(0, index) + other + text.slice(index + number.length));
    }
    default: {
      const other = lines[pick(random, lines.length)];
      lines.splice(line, 0, other, ['\0', '\uFEFF', '<START:x>', '[[', '{"', '\t', '-DOCSTART-', '"'][pick(random, 8)]);
      return encode(lines.join('\n'));
    }
  }
}

/** Bytes that mean lengths and offsets when they stand at the right place. */
const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** The bytes with some flipped, cut, repeated, zeroed, or replaced by a number of four bytes: one thing of these. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.integer(256));
  // Beginnings hold what the rest is read by.
  const at = Math.floor(random.next() ** (1 + 4 * random.integer(2)) * bytes.length);
  const length = Math.min(1 + random.integer(1 << random.integer(12)), bytes.length - at);
  const changed = Uint8Array.from(bytes);
  switch (random.integer(6)) {
    case 0:
      for (let count = 0; count < 3; count++) changed[pick(random, bytes.length)] ^= 1 << random.integer(8);
      return changed;
    case 1:
      return changed.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4:
      return changed.fill(random.integer(2) * 255, at, at + length);
    default: {
      const number = Buffer.alloc(4);
      number.writeUInt32LE(NUMBERS[random.integer(NUMBERS.length)]);
      changed.set(number.subarray(0, Math.min(4, bytes.length - at)), at);
      return changed;
    }
  }
}
