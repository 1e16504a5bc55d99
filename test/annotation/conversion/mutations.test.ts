import { describe, expect, test } from 'vitest';
import { writeDocuments } from '#annotation/conversion/write-documents.js';
import { FORMAT_NAMES } from '#annotation/formats/format-table.js';
import { readDocuments } from '#annotation/reading/read-documents.js';
import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import { mutateText, SEED_DOCUMENTS } from '../../helpers/mutations.js';

/** Files of each format with bytes flipped, lines cut, columns dropped, keys renamed; 20,000 of them with ONOMAST_MUTATIONS=20000. */
const TOTAL = Number(process.env.ONOMAST_MUTATIONS ?? 1900);
const SLOWEST_MS = 5000;

describe('mutated files', () => {
  test.each(FORMAT_NAMES)('%s: read, or refused in one sentence that names the file', (format) => {
    const { files } = writeDocuments(SEED_DOCUMENTS, format);
    const file = format === 'brat' ? files[1] : files[0];
    const seed = new TextEncoder().encode(file.text);
    const random = createRandom(7).fork(format);
    const strange: string[] = [];
    for (let count = 0; count < TOTAL / FORMAT_NAMES.length; count++) {
      let bytes = mutateText(seed, random);
      if (random.integer(3) === 0 && bytes.length > 0) bytes = mutateText(bytes, random);
      const isForced = random.integer(2) === 0;
      const companion = (wanted: string) => (wanted === '.txt' ? files[0].text : null);
      const start = performance.now();
      try {
        const options = {
          ...(isForced && { format }),
          ...(random.integer(2) === 0 && { window: 2 }),
          maxFaults: random.integer(3),
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
