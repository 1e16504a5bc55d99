import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { findFormat } from '#annotation/formats/format-table.js';
import { corpusPaths, fileInput } from '#annotation/reading/read-corpus-file.js';
import { openPieces } from '#annotation/reading/read-documents.js';
import { writing } from '#base/files/write-error.js';
import { type Conversion, convertFiles } from './convert-files.js';

/** Documents that tag scheme and unit of offsets are decided from; more are not held in memory. */
const WINDOW = 5000;
const BUFFER_LENGTH = 1 << 20;

/**
 * The texts of annotated files as JSON lines, one document a line with its id and whatever else the file says of it, for
 * `runBulk`; the names that were in the files are left behind. What was written before from the same files is taken as it is.
 *
 * @param folder Where they are kept until the job is done.
 * @returns A file for each that was read.
 * @throws {AppError} what reading and writing throw; half a file is never left in its place.
 */
export function stageTexts(inputs: readonly string[], format: string, folder: string): string[] {
  findFormat(format, '--from');
  return corpusPaths(inputs).map((path) => {
    const input = fileInput(path);
    const { size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
    // In a folder that tells one content from another: a changed file is another job.
    const staged = join(folder, `${size}-${Math.floor(mtimeMs)}`, `${basename(path, extname(path))}.jsonl`);
    if (existsSync(staged)) return staged;
    const temporary = `${staged}.${process.pid}.tmp`;
    writing(staged, () => mkdirSync(join(staged, '..'), { recursive: true }));
    const file = writing(staged, () => openSync(temporary, 'w'));
    try {
      let pending = '';
      const flush = (): void => {
        const bytes = Buffer.from(pending);
        writing(staged, () => {
          for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        });
        pending = '';
      };
      for (const { document } of openPieces(input, { window: WINDOW, format }).pieces) {
        const { id, text, meta } = document;
        pending += `${JSON.stringify({ ...meta, ...(id !== null && { id }), text })}\n`;
        if (pending.length > BUFFER_LENGTH) flush();
      }
      flush();
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    renameSync(temporary, staged);
    return staged;
  });
}

/**
 * Results of `runBulk` in another format, beside them in a folder of its name. Texts that failed are left out: they are in the
 * list of failures.
 *
 * @throws {AppError} what writing throws, `empty_corpus` where every text failed.
 */
export function writeResults(results: readonly string[], format: string, output: string): Conversion[] {
  findFormat(format, '--to');
  return results.map((path) =>
    convertFiles({
      inputs: [path],
      format: 'jsonl',
      offsetUnit: 'utf16',
      maxFaults: Number.MAX_SAFE_INTEGER,
      to: format,
      output: join(output, format),
      force: true,
      write: () => {},
    }),
  );
}
