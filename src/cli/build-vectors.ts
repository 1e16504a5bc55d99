import { createReadStream, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../errors.js';
import { readWordVectors } from '../vectors/read-word-vectors.js';
import { createVectorTable } from '../vectors/vector-table.js';
import { newReadingReport } from '../vectors/word-vector.js';
import type { VectorsOptions } from './commands/vectors.js';
import { note, print } from './output.js';

export async function buildVectors(file: string, options: VectorsOptions): Promise<void> {
  const limit = options.words === undefined ? Number.POSITIVE_INFINITY : Number(options.words);
  const bits = options.bits === '4' ? 4 : 8;
  const report = newReadingReport();
  const rows = new Map<string, Float32Array>();
  let duplicates = 0;
  statSync(file);
  const bytes = createReadStream(file, { highWaterMark: 1 << 20 });
  const stream = file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes;
  for await (const { word, values } of readWordVectors(stream, {
    name: file,
    skipBad: options.skipBad ?? false,
    report,
  })) {
    if (rows.has(word)) duplicates++;
    else rows.set(word, values);
    if (rows.size >= limit) break;
  }
  if (options.dims !== undefined && Number(options.dims) !== report.dimension)
    throw new AppError('invalid_argument', '--dims: not yet');
  const values = new Float32Array(rows.size * report.dimension);
  let row = 0;
  for (const vector of rows.values()) values.set(vector, report.dimension * row++);
  const { language, license, source } = options;
  const table = createVectorTable({
    words: [...rows.keys()],
    values,
    dimension: report.dimension,
    bits,
    origin: { name: options.name ?? basename(file), language, license, source },
  });
  mkdirSync(dirname(options.output), { recursive: true });
  writeFileSync(options.output, table.file);
  for (const warning of report.warnings) note(`onomast: ${warning}`);
  print(
    `${options.output}: ${table.size} words of ${table.dimension} numbers in ${bits} bits, ${table.file.length} bytes`,
  );
  print(`${duplicates} duplicates, ${report.unusable} unusable words and ${report.bad} bad lines left out`);
}
