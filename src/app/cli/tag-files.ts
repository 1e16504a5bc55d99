import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { foreignEncoding } from '#annotation/documents/corpus-source.js';
import { AppError, messageOf } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { writing } from '#base/files/write-error.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { note } from './output.js';
import { MAX_INPUT_LENGTH } from './standard-input.js';
import type { TagCommandOptions, TagFormat, TagInputKind } from './tag-options.js';
import { tagSource } from './tag-source.js';
import { sourceOf, tagTools } from './tag-tools.js';

const KINDS: Readonly<Record<string, TagInputKind>> = {
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.conll': 'conll',
  '.iob2': 'conll',
};
const EXTENSIONS: Readonly<Record<TagFormat, string>> = {
  text: '.txt',
  json: '.json',
  jsonl: '.jsonl',
  conll: '.conll',
  html: '.html',
};

/**
 * Tags whole files, each into a file of the same name and the extension of the format, whole or not at all.
 *
 * @throws {AppError} `invalid_argument` if two would be written to one place or one over its input; `not_found`, `io_error`
 */
export async function tagFiles(
  files: readonly string[],
  directory: string,
  tagger: Tagger,
  options: TagCommandOptions,
): Promise<void> {
  if (files.length === 0) {
    throw new AppError('invalid_argument', '--output-dir: expected the names of files to tag, found none');
  }
  const outputs = new Map<string, string>();
  for (const file of files) {
    const output = join(directory, basename(file, extname(file)) + EXTENSIONS[options.format]);
    const other = outputs.get(output);
    if (other !== undefined) {
      throw new AppError('invalid_argument', `--output-dir: "${other}" and "${file}" would both become "${output}"`);
    }
    if (resolve(output) === resolve(file)) {
      throw new AppError('invalid_argument', `--output-dir: "${file}" would be overwritten; name another directory`);
    }
    outputs.set(output, file);
  }
  attempt(directory, 'cannot make this directory', () => makeDirectory(directory));
  for (const [output, file] of outputs) {
    const kind = options.input ?? KINDS[extname(file).toLowerCase()] ?? 'text';
    const text = readText(file);
    const parts: string[] = [];
    await tagSource(
      sourceOf(file, text),
      kind,
      tagTools(tagger, options, kind, (part) => {
        parts.push(part);
      }),
    );
    const bytes = new TextEncoder().encode(parts.join(''));
    writing(output, () => replaceFile(output, bytes, `${output}.writing-${process.pid}`, 'w'));
  }
  note(`onomast: ${files.length} ${files.length === 1 ? 'file' : 'files'} tagged, in "${directory}"`);
}

function readText(file: string): string {
  if (!existsSync(file)) throw new AppError('not_found', `${file}: expected a file, found none`);
  const bytes = attempt(file, 'cannot read', () => {
    const { size } = statSync(file);
    if (size > 4 * MAX_INPUT_LENGTH) {
      throw new AppError(
        'text_too_long',
        `${file}: expected at most ${MAX_INPUT_LENGTH} UTF-16 units, found more; split it`,
      );
    }
    return readFileSync(file);
  });
  const foreign = foreignEncoding(bytes);
  if (foreign !== null) throw new AppError('not_utf8', `${file}: expected UTF-8, found ${foreign}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const hint = 'if it is Latin-1 or Windows-1252, convert it: iconv -f WINDOWS-1252 -t UTF-8';
    throw new AppError('not_utf8', `${file}: expected UTF-8, found other bytes; ${hint}`, { cause });
  }
}

function attempt<T>(place: string, what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('io_error', `${place}: ${what}: ${messageOf(cause)}`, { cause });
  }
}
