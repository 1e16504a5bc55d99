import { openCorpusSource } from '#annotation/documents/corpus-source.js';
import { csvRows, headingOf, staysOpen } from '#annotation/formats/csv-rows.js';
import { AppError, messageOf } from '#base/errors.js';
import type { TaggedText } from '#tagging/tagger/entity.js';
import { note } from './output.js';
import { columnsOf, inline } from './tag-formats.js';
import type { Source, TagTools } from './tag-tools.js';

type Members = Readonly<Record<string, unknown>>;

/**
 * One text a line; a line that is a JSON object with a text among its members is read as one, and its other members pass
 * through.
 */
export async function tagLines(source: Source, tools: TagTools): Promise<void> {
  const writer = recordWriter(tools);
  for await (const line of source.lines()) {
    const members = line.startsWith('{') ? membersOf(line) : undefined;
    const text = members?.[tools.options.column];
    if (members && typeof text === 'string') writer.add(members, text);
    else writer.add({}, line);
  }
  await writer.end();
}

/**
 * JSON objects, one a line. Blank lines are left out.
 *
 * @throws {AppError} `invalid_json` with the number of the line.
 */
export async function tagJsonLines(source: Source, tools: TagTools): Promise<void> {
  const { column } = tools.options;
  const writer = recordWriter(tools);
  let number = 0;
  for await (const line of source.lines()) {
    number++;
    if (line.trim() === '') continue;
    const members = membersOf(line, `${source.name}:${number}`);
    const text = members?.[column];
    if (members === undefined || typeof text !== 'string') {
      const found =
        members === undefined ? 'another value' : `the members ${Object.keys(members).join(', ') || 'none'}`;
      throw new AppError(
        'invalid_json',
        `${source.name}:${number}: expected an object with a text in "${column}", found ${found}; --column names another`,
      );
    }
    writer.add(members, text);
  }
  await writer.end();
}

/**
 * CSV or TSV with a heading; each row becomes a record.
 *
 * @throws {AppError} `malformed_corpus` if the column is not there, or quotes are not closed.
 */
export async function tagCsv(source: Source, tools: TagTools): Promise<void> {
  const { column } = tools.options;
  const writer = recordWriter(tools);
  let heading: { readonly names: readonly string[]; readonly separator: string } | undefined;
  for await (const { text, line } of quotedRows(source)) {
    if (heading === undefined) {
      const separator = headingOf(text)?.separator ?? ',';
      const names = cellsOf(source.name, { text, line }, separator);
      if (!names.includes(column)) {
        throw new AppError(
          'malformed_corpus',
          `${source.name}:${line}: expected a column "${column}", found ${names.join(', ')}; --column names another`,
        );
      }
      heading = { names, separator };
      continue;
    }
    if (text.trim() === '') continue;
    const cells = cellsOf(source.name, { text, line }, heading.separator);
    if (cells.length > heading.names.length) {
      const expected = `${heading.names.length} cells as in the heading`;
      const hint = `a cell that holds ${JSON.stringify(heading.separator)} stands in quotes`;
      throw new AppError(
        'malformed_corpus',
        `${source.name}:${line}: expected ${expected}, found ${cells.length}; ${hint}`,
      );
    }
    const members = Object.fromEntries(heading.names.map((name, i) => [name, cells[i] ?? '']));
    writer.add(members, members[column]);
  }
  await writer.end();
}

/** Rows of CSV, which may hold line breaks within quotes. */
async function* quotedRows(source: Source): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  let begun: string[] = [];
  let isOpen = false;
  let separator: string | undefined;
  let number = 0;
  for await (const line of source.lines()) {
    number++;
    begun.push(line);
    separator ??= headingOf(line)?.separator ?? ',';
    isOpen = staysOpen(line, separator, isOpen);
    if (isOpen) continue;
    yield { text: begun.join('\n'), line: number - begun.length + 1 };
    begun = [];
  }
  if (begun.length > 0) {
    const at = number - begun.length + 1;
    throw new AppError('malformed_corpus', `${source.name}:${at}: expected a closing quote, found the end of the file`);
  }
}

function cellsOf(
  name: string,
  { text, line }: { readonly text: string; readonly line: number },
  separator: string,
): readonly string[] {
  const [first] = csvRows(openCorpusSource(name, { text }), separator, line);
  return first?.cells ?? [];
}

/** @param where For an error; without it, what is no object is `undefined`. */
function membersOf(line: string, where?: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch (cause) {
    if (where === undefined) return undefined;
    throw new AppError('invalid_json', `${where}: not valid JSON: ${messageOf(cause)}`, { cause });
  }
}

/** Writes each record as soon as it is tagged, but for the formats that are one value. */
function recordWriter({ tagger, options, tag, response, write }: TagTools) {
  const results: object[] = [];
  const pages: TaggedText[] = [];
  const replaced = new Set<string>();
  const answer = (members: Members, text: string): object => {
    const body = response(() => tag(text));
    for (const name of Object.keys(body)) {
      if (!Object.hasOwn(members, name) || replaced.has(name)) continue;
      replaced.add(name);
      note(`onomast: the member "${name}" of the input gives way to the answer's`);
    }
    return { ...members, ...body };
  };
  return {
    add(members: Members, text: string): void {
      switch (options.format) {
        case 'json':
          results.push(answer(members, text));
          return;
        case 'jsonl':
          write(`${JSON.stringify(answer(members, text))}\n`);
          return;
        case 'conll':
          write(columnsOf(tag(text), tagger));
          return;
        case 'html':
          pages.push(tag(text));
          return;
        case 'text':
          write(`${inline(tag(text))}\n`);
      }
    },
    async end(): Promise<void> {
      if (options.format === 'json') write(`${JSON.stringify({ results }, null, 2)}\n`);
      if (options.format !== 'html') return;
      const { tagPage } = await import('./tag-page.js');
      write(tagPage(pages, tagger));
    },
  };
}
