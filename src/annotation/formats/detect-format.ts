import type { CorpusSource } from '#annotation/documents/corpus-source.js';
import { AppError } from '#base/errors.js';
import { type Format, SAMPLE_LINES, type Sample } from './format.js';
import { FORMATS } from './format-table.js';
import { firstRecord } from './json-values.js';

/**
 * The format that the beginning of a file looks like, whatever the file is called. Columns of words and tags if nothing
 * else: its reader explains best what a line lacks.
 *
 * @throws {AppError} `malformed_corpus` where two formats fit equally well, or none does but it is known.
 */
export function detectFormat(source: Pick<CorpusSource, 'name' | 'head'>): Format {
  const recognized = recognizeFormat(source);
  if (recognized !== undefined) return recognized;
  const { name, head } = source;
  const sample = sampleOf(head);
  const foreign = FOREIGN.find(({ line }) => sample.lines.slice(0, FIRST_LINES).some((text) => line.test(text)));
  if (foreign !== undefined) {
    const found = `what looks like ${foreign.what}`;
    throw new AppError(
      'malformed_corpus',
      `${name}: expected one of the formats of \`onomast convert --help\`, found ${found}; ${foreign.help}`,
    );
  }
  const markup = markupIn(sample.lines);
  if (markup !== null) {
    const found = `what looks like XML tags (${markup.found})`;
    throw new AppError(
      'malformed_corpus',
      `${name}: expected one of the formats of \`onomast convert --help\`, found ${found}; ${markup.command}`,
    );
  }
  if (looksLikeJson(head)) return FORMATS.find((format) => format.name === 'jsonl') ?? FORMATS[0];
  return FORMATS[0];
}

/**
 * The annotated format that the beginning of a file surely is; `undefined` for prose, and for what is too unlike all of them.
 *
 * @throws {AppError} `malformed_corpus` where two formats fit equally well.
 */
export function recognizeFormat({ name, head }: Pick<CorpusSource, 'name' | 'head'>): Format | undefined {
  const sample = sampleOf(head);
  const scores = FORMATS.map((format) => ({ format, score: format.detect(sample) })).sort(
    (left, right) => right.score - left.score,
  );
  const [best, second] = scores;
  if (best.score < SURE || (best.format === FORMATS[0] && looksForeign(sample))) return undefined;
  if (second.score < best.score) return best.format;
  const both = `${best.format.name} and ${second.format.name}`;
  throw new AppError(
    'malformed_corpus',
    `${name}: expected one format, found what may be ${both}; say which with --from`,
  );
}

/** What is none of our formats but of the form of one: columns of a single row. */
const FOREIGN: readonly { readonly line: RegExp; readonly what: string; readonly help: string }[] = [
  {
    line: /^\s*\(\s*(?:"[^"]*"|'[^']*')\s*,\s*\{\s*["']entities["']\s*:/,
    what: 'Python source of texts and entities',
    help: 'json.dump(TRAIN_DATA, open("train.json", "w")) in Python writes them as JSON, which is read',
  },
  {
    line: /^(?=.*\/(?:[BIESLUM]-)?[A-Z]{2,})(?:\S+\/[A-Z][\w-]*\s+)+\S+\/[A-Z][\w-]*\s*$/,
    what: 'words and tags joined by slashes',
    help: "sed -E 's#/([^/ ]+)( |$)#|\\1\\2#g' makes word|tag of word/tag, which is read",
  },
];
const FIRST_LINES = 5;

function looksForeign({ lines }: Sample): boolean {
  return FOREIGN.some(({ line }) => lines.slice(0, FIRST_LINES).some((text) => line.test(text)));
}

/** Below, a file only resembles a format. */
const SURE = 0.3;

function sampleOf(head: string): Sample {
  const lines: string[] = [];
  let from = 0;
  const end = /\n/.test(head) ? '\n' : '\r';
  while (from < head.length && lines.length < SAMPLE_LINES) {
    const next = head.indexOf(end, from);
    const to = next === -1 ? head.length : next;
    const line = head.slice(from, to).replace(/\r$/, '');
    if (line.trim() !== '') lines.push(line);
    from = to + 1;
  }
  const { record, isArray } = looksLikeJson(head) ? firstRecord(head) : { record: undefined, isArray: false };
  return { head, lines, record, isArray };
}

/** Whether it begins as JSON does. A tag at the end would make `{"` a word. */
function looksLikeJson(head: string): boolean {
  return /^\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:["[{\]]|$))/.test(head.slice(0, 4096));
}

/** The first name in XML tags, and a command that makes our inline form of such names. */
function markupIn(lines: readonly string[]): { readonly found: string; readonly command: string } | null {
  for (const line of lines) {
    const found = /<([A-Za-z]\w*)( [^<>]*)?>[^<>]+<\/\1>/.exec(line);
    if (found === null) continue;
    const [all, tag, attributes = ''] = found;
    const attribute = /^ ([\w-]+)="[\w-]+"$/.exec(attributes)?.[1];
    const command =
      attribute === undefined
        ? `sed -E 's#<([A-Za-z]+)( [^>]*)?>([^<]*)</[A-Za-z]+>#[\\3|\\1]#g' makes [name|LABEL] of <LABEL>name</LABEL>`
        : `sed -E 's#<${tag} ${attribute}="([^"]*)">([^<]*)</${tag}>#[\\2|\\1]#g' makes [name|LABEL] of it`;
    return { found: all.slice(0, 60), command };
  }
  return null;
}
