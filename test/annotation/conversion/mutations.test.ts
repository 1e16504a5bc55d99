import { describe, expect, test } from 'vitest';
import { writeDocuments } from '#annotation/conversion/write-documents.js';
import { FORMAT_NAMES } from '#annotation/formats/format-table.js';
import { readDocuments } from '#annotation/reading/read-documents.js';
import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';

/** Files of each format with bytes flipped, lines cut, columns dropped, keys renamed; 20,000 of them with ONOMAST_MUTATIONS=20000. */
const TOTAL = Number(process.env.ONOMAST_MUTATIONS ?? 1900);
const SLOWEST_MS = 5000;

const { documents } = readDocuments({
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

type Random = ReturnType<typeof createRandom>;
const pick = (random: Random, length: number) => Math.floor(random.next() * length);

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const encode = (changed: string) => new TextEncoder().encode(changed);
  const lines = text.split('\n');
  const line = pick(random, lines.length);
  switch (pick(random, 8)) {
    case 0: {
      const flipped = bytes.slice();
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

describe('mutated files', () => {
  test.each(FORMAT_NAMES)('%s: read, or refused in one sentence that names the file', (format) => {
    const { files } = writeDocuments(documents, format);
    const file = format === 'brat' ? files[1] : files[0];
    const seed = new TextEncoder().encode(file.text);
    const random = createRandom(7).fork(format);
    const strange: string[] = [];
    for (let count = 0; count < TOTAL / FORMAT_NAMES.length; count++) {
      let bytes = mutate(seed, random);
      if (pick(random, 3) === 0 && bytes.length > 0) bytes = mutate(bytes, random);
      const isForced = pick(random, 2) === 0;
      const companion = (wanted: string) => (wanted === '.txt' ? files[0].text : null);
      const start = performance.now();
      try {
        const options = {
          ...(isForced && { format }),
          ...(pick(random, 2) === 0 && { window: 2 }),
          maxFaults: pick(random, 3),
        };
        readDocuments({ name: 'x', bytes, companion }, options);
      } catch (error) {
        const isClear =
          error instanceof AppError &&
          error.code !== 'internal' &&
          /^x(?::\d+)?: expected .+, found /.test(error.message);
        if (!isClear) strange.push(`${String(error)} on ${JSON.stringify(new TextDecoder().decode(bytes))}`);
      }
      if (performance.now() - start > SLOWEST_MS)
        strange.push(`slow on ${JSON.stringify(new TextDecoder().decode(bytes))}`);
    }
    expect(strange.slice(0, 3)).toEqual([]);
  });
});
