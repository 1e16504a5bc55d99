import { writeDocuments } from '#annotation/conversion/write-documents.js';
import type { Document } from '#annotation/documents/document.js';
import { readDocuments } from '#annotation/reading/read-documents.js';
import type { ReadOptions } from '#annotation/reading/read-options.js';

/** Writes documents in a format and reads the files again, as that format. */
export function throughFormat(documents: readonly Document[], format: string, options: ReadOptions = {}): Document[] {
  const { files } = writeDocuments(documents, format);
  const byName = new Map(files.map(({ name, text }) => [name, text]));
  const read = (name: string, text: string): readonly Document[] => {
    const companion = (wanted: string) =>
      byName.get(wanted.startsWith('.') ? name.replace(/\.[^.]*$/, wanted) : wanted) ?? null;
    return readDocuments({ name, text, companion }, { ...options, format, window: 1000 }).documents;
  };
  return files.flatMap(({ name, text }) => {
    const isMain = format === 'brat' ? name.endsWith('.ann') : name !== 'dataset_info.json';
    return isMain && (text.trim() !== '' || format === 'brat') ? read(name, text) : [];
  });
}

/** Characters that are no space, of all documents; formats of rows keep no more of a text. */
export function squeezedText(documents: readonly Document[]): string {
  return documents.map(({ text }) => squeezed(text)).join('');
}

/** Names in reading order, as label and characters that are no space. */
export function namesOf(documents: readonly Document[]): string[] {
  return documents.flatMap(({ text, spans }) =>
    [...spans]
      .sort((left, right) => left.start - right.start)
      .map(({ start, end, label }) => `${label}: ${squeezed(text.slice(start, end))}`),
  );
}

function squeezed(text: string): string {
  return text.replace(/[\s_]/gu, '');
}
