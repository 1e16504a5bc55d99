// Builds data/names/{train,dev,test}.conll from the texts in data/names/source, or with --check tells what is wrong with
// them. The parts depend on the content of each text alone, so that a new text never moves another one.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { writeConll } from '#annotation/formats/conll.js';
import { parseAmbiguousSurfaces } from '#annotation/lint/ambiguous-surfaces.js';
import { formatLintReport } from '#annotation/lint/format-lint-report.js';
import { lintCorpus } from '#annotation/lint/lint-corpus.js';
import type { LintIssue } from '#annotation/lint/lint-issue.js';
import { describeSpan } from '#annotation/reading/format-corpus-report.js';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { splitByContent } from '#annotation/split/hash-split.js';
import { replaceFile } from '#base/files/atomic-write.js';

const USAGE = `Usage: npm run corpus -- [--check] [--source DIR] [--output DIR]

  --check       write nothing; lint the corpus, compare the .conll files with the sources; exit code 1 if anything is wrong
  --source DIR  texts in the inline form, *.txt (default: data/names/source)
  --output DIR  where the .conll files and ambiguous.tsv are (default: the parent of the source directory)`;

const PARTS = ['train', 'dev', 'test'] as const;
/** Warnings elsewhere, but this corpus was written to be free of them. */
const FORBIDDEN = new Set<LintIssue['kind']>(['duplicate', 'leak']);

try {
  process.exitCode = await main(readOptions());
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  console.error(`build-corpus: ${message}`);
  process.exitCode = code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}

async function main({ check, source, output }: Options): Promise<number> {
  const corpus = await readSources(source);
  const parts = splitByContent(corpus);
  const files = PARTS.map((part) => ({ path: join(output, `${part}.conll`), content: writeConll(parts[part]) }));

  const ambiguousPath = join(output, 'ambiguous.tsv');
  const ambiguous = parseAmbiguousSurfaces(shown(ambiguousPath), (await readIfThere(ambiguousPath)) ?? '');
  const lint = lintCorpus({ ...parts, ambiguous });

  if (!check) {
    for (const { path, content } of files) replaceFile(path, new TextEncoder().encode(content), `${path}.new`, 'w');
    for (const { part, documents, sentences, tokens, entities } of lint.parts) {
      console.log(`${part}: ${documents} texts, ${sentences} sentences, ${tokens} tokens, ${entities} entities`);
    }
    console.log(`${lint.errors} errors, ${lint.warnings} warnings; details: npm run corpus -- --check`);
    return 0;
  }

  process.stdout.write(formatLintReport(lint, { issuesPerKind: Number.POSITIVE_INFINITY }));
  const faults = lint.issues.filter(({ severity, kind }) => severity === 'error' || FORBIDDEN.has(kind)).length;
  const stale: string[] = [];
  for (const { path, content } of files) if ((await readIfThere(path)) !== content) stale.push(shown(path));
  for (const path of stale) console.log(`✘ ${path} is not what the sources give: npm run corpus`);
  return faults + stale.length > 0 ? 1 : 0;
}

interface Options {
  readonly check: boolean;
  readonly source: string;
  readonly output: string;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      source: { type: 'string' },
      output: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const source = values.source ?? fileURLToPath(new URL('../data/names/source', import.meta.url));
  return { check: values.check, source, output: values.output ?? join(source, '..') };
}

/** The sentences of all source files, in the order of their names; documents are numbered through. */
async function readSources(directory: string): Promise<LabelledSentence[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.txt')).sort();
  if (names.length === 0) throw new Error(`${shown(directory)}: expected files *.txt, found none`);
  const sentences: LabelledSentence[] = [];
  const problems: string[] = [];
  let documents = 0;
  for (const name of names) {
    const bytes = await readFile(join(directory, name));
    const shownName = `${basename(directory)}/${name}`;
    const parsed = parseCorpus({ name: shownName, bytes, format: 'inline' });
    for (const sentence of parsed.sentences) sentences.push({ ...sentence, document: documents + sentence.document });
    documents += parsed.report.documents;
    for (const span of parsed.report.misaligned) problems.push(`${shownName}:${span.line}: ${describeSpan(span)}`);
  }
  if (problems.length > 0) throw new Error(`names that do not begin and end with a word:\n${problems.join('\n')}`);
  return sentences;
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}
