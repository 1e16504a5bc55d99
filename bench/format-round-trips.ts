import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeDocuments } from '#annotation/conversion/write-documents.js';
import type { Document } from '#annotation/documents/document.js';
import { sentencesOfDocument } from '#annotation/documents/sentences-of-document.js';
import { FORMATS } from '#annotation/formats/format-table.js';
import { readCorpus } from '#annotation/reading/read-corpus-file.js';
import { readDocuments } from '#annotation/reading/read-documents.js';

/**
 * Sends every corpus through every format and back, counts differences, and times writing and reading per 100,000 tokens.
 * Formats that keep words are compared word by word with their tags, the others by text and spans.
 *
 *     ONOMAST_CORPORA=… node dist-bench/format-round-trips.js [corpus…]
 */
const root = process.env.ONOMAST_CORPORA ?? '../shared/corpora';
if (!existsSync(root)) throw new Error(`${root}: expected corpora, found none`);
const wanted = process.argv.slice(2);
const corpora = readdirSync(root).filter((name) => wanted.length === 0 || wanted.includes(name));

const times = new Map(FORMATS.map(({ name }) => [name, { write: 0, read: 0, tokens: 0, differences: 0 }]));
for (const corpus of corpora) {
  for (const part of ['train', 'dev']) {
    const path = join(root, corpus, `${part}.conll`);
    if (!existsSync(path)) continue;
    const { documents, ledger } = await readCorpus(path);
    for (const { name } of FORMATS) compare(name, documents, { path, tokens: ledger.tokens });
    console.error(`${path}: ${ledger.tokens} tokens`);
  }
}
console.log('| format | writing, ms | reading, ms | differences |\n|---|---:|---:|---:|');
for (const [name, { write, read, tokens, differences }] of times) {
  const per = (milliseconds: number) => ((milliseconds / tokens) * 100_000).toFixed(0);
  console.log(`| \`${name}\` | ${per(write)} | ${per(read)} | ${differences} |`);
}

function compare(
  name: string,
  documents: readonly Document[],
  { path, tokens }: { path: string; tokens: number },
): void {
  const keepsWords = !FORMATS.find((format) => format.name === name)?.loses.includes('tokens');
  const time = times.get(name);
  if (time === undefined) return;
  const cpu = () => process.cpuUsage().user / 1000;
  const start = cpu();
  const { files } = writeDocuments(documents, name);
  const written = cpu();
  const byName = new Map(files.map((file) => [file.name, file.text]));
  const again = files.flatMap((file) => {
    if (name === 'brat' ? !file.name.endsWith('.ann') : file.name === 'dataset_info.json') return [];
    const companion = (other: string) =>
      byName.get(other.startsWith('.') ? file.name.replace(/\.[^.]*$/, other) : other) ?? null;
    return readDocuments({ ...file, companion }, { format: name, window: 5000 }).documents;
  });
  time.write += written - start;
  time.read += cpu() - written;
  time.tokens += tokens;
  const before = contentOf(documents, keepsWords, name);
  const after = contentOf(again, keepsWords, name);
  if (digest(before) === digest(after)) return;
  const first = before.findIndex((line, index) => line !== after[index]);
  const count = before.filter((line, index) => line !== after[index]).length + Math.abs(before.length - after.length);
  time.differences += count;
  console.error(`${path} as ${name}: ${count} differences, first ${before[first]} / ${after[first]}`.slice(0, 300));
}

/** Words with their tags, or all texts as one with its spans: formats differ in what they call a document. */
function contentOf(documents: readonly Document[], keepsWords: boolean, name: string): string[] {
  const marks = FORMATS.find((format) => format.name === name)?.loses.includes('words') ?? false;
  const safe = (word: string) => (marks ? word.replace(/[\s|]/gu, '_') : word);
  if (keepsWords) {
    return documents.flatMap((document) =>
      sentencesOfDocument(document).sentences.flatMap(({ words, tags }) =>
        words.map((word, at) => `${safe(word)}/${tags[at]}`),
      ),
    );
  }
  const lines: string[] = [];
  let offset = 0;
  for (const { text, spans } of documents) {
    lines.push(...text.split('\n'));
    for (const { start, end, label } of spans) lines.push(`${offset + start}-${offset + end} ${label}`);
    offset += text.length + 1;
  }
  return name === 'inline' ? lines.sort() : lines;
}

function digest(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
