import { type CorpusSource, corpusError, MAX_LINE_LENGTH } from '#annotation/documents/corpus-source.js';
import { quoted } from '#base/quoted.js';

export interface CsvRow {
  readonly cells: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
}

/** The rows of a CSV or TSV file (RFC 4180): cells in double quotes may hold separators, line breaks and doubled quotes. */
export function* csvRows(source: CorpusSource, separator: string, firstLine = 1): Generator<CsvRow> {
  const lineEnd = source.head.includes('\n') ? 0x0a : 0x0d; // files of old Macs have no other
  let line = firstLine;
  let rowLine = firstLine;
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false; // inside quotes
  let wasQuoted = false; // the cell had some
  let previousQuote = false; // a quote inside quotes, which may be the first of a pair
  let length = 0;
  let isRaw = false; // the cell ends with characters that stand outside quotes
  const endRow = (): CsvRow => {
    cells.push(cell);
    const row = { cells, line: rowLine };
    cells = [];
    cell = '';
    wasQuoted = false;
    length = 0;
    return row;
  };
  for (const piece of source.pieces) {
    let from = 0; // of what is not yet copied into the cell
    for (let position = 0; position < piece.length; position++) {
      const code = piece.charCodeAt(position);
      if (isQuoted && !previousQuote) {
        if (code === 0x22) {
          cell += piece.slice(from, position);
          from = position + 1;
          previousQuote = true;
          isRaw = false;
        } else if (code === lineEnd) line++;
        if (++length > MAX_LINE_LENGTH) {
          const expected = `a row of at most ${MAX_LINE_LENGTH} characters`;
          throw corpusError({ name: source.name, line: rowLine, expected, found: 'more; is a quote not closed?' });
        }
        continue;
      }
      if (previousQuote) {
        previousQuote = false;
        if (code === 0x22) {
          cell += '"';
          from = position + 1;
          continue;
        }
        isQuoted = false;
        const isEnd = code === separator.charCodeAt(0) || code === 0x0a || code === 0x0d || code === 0x20;
        if (!isEnd) {
          const found = `${quoted(piece.slice(position, position + 10))}; a quote within a cell is written twice`;
          throw corpusError({ name: source.name, line, expected: 'a separator behind a closing quote', found });
        }
      }
      if (code === 0x22 && cell === '' && from === position && !wasQuoted) {
        isQuoted = true;
        wasQuoted = true;
        from = position + 1;
      } else if (code === lineEnd) {
        cell += piece.slice(from, position);
        if (code === 0x0a && cell.endsWith('\r') && (isRaw || position > from)) cell = cell.slice(0, -1);
        from = position + 1;
        yield endRow();
        line++;
        rowLine = line;
      } else if (code === separator.charCodeAt(0)) {
        cells.push(cell + piece.slice(from, position));
        cell = '';
        wasQuoted = false;
        from = position + 1;
      }
    }
    cell += piece.slice(from);
    isRaw = !isQuoted && from < piece.length;
    if (cell.length > MAX_LINE_LENGTH) {
      const expected = `a row of at most ${MAX_LINE_LENGTH} characters`;
      throw corpusError({ name: source.name, line: rowLine, expected, found: 'more; are the line ends lost?' });
    }
  }
  if (isQuoted && !previousQuote) {
    const found = 'the end of the file within quotes';
    throw corpusError({ name: source.name, line: rowLine, expected: 'a closing quote', found });
  }
  if (cell !== '' || cells.length > 0) yield endRow();
}

/** Whether a cell in quotes goes on behind the end of a line. */
export function staysOpen(line: string, separator: string, isOpen: boolean): boolean {
  let isQuoted = isOpen;
  let isStart = !isOpen;
  for (let position = 0; position < line.length; position++) {
    const character = line[position];
    if (isQuoted) {
      if (character !== '"') continue;
      if (line[position + 1] === '"') position++;
      else isQuoted = false;
    } else {
      isQuoted = isStart && character === '"';
      isStart = character === separator;
    }
  }
  return isQuoted;
}

/** A cell as it is written: in quotes where it must be. */
export function csvCell(value: string): string {
  return /[",;\t\r\n]/.test(value) || value.trim() !== value ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Cells of the first line, if it looks like the names of columns. */
export function headingOf(head: string): { readonly names: readonly string[]; readonly separator: string } | null {
  const [line] = head.split(/\r?\n|\r/, 1);
  const separator = [',', '\t', ';'].find((candidate) => line.includes(candidate));
  if (separator === undefined) return null;
  const names = line.split(separator).map((cell) => cell.trim().replace(/^"|"$/g, '').trim().toLowerCase());
  return { names, separator };
}

/** Index of the first column with one of the names; -1 if there is none. */
export function columnOf(names: readonly string[], candidates: readonly string[]): number {
  for (const candidate of candidates) {
    const index = names.indexOf(candidate);
    if (index !== -1) return index;
  }
  return -1;
}
