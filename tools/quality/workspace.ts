import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { writeConll } from '#annotation/formats/conll.js';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { CORPORA } from './corpora.js';
import { SIZES, type Size, type VectorTableChoice } from './experiments.js';
import { BUNDLED_TRAIN, MAIN } from './paths.js';
import type { CorpusCounts, PartCounts } from './results.js';

type Part = 'train' | 'dev';

export interface WorkspaceSources {
  /** Folder of the corpora. */
  readonly corpora: string;
  /** File that tables are made from. */
  readonly vectors: string | undefined;
}

export type Workspace = Awaited<ReturnType<typeof createWorkspace>>;

/** A temporary folder for what runs need: parts of corpora, vector tables, a home for each; gone when the process ends. */
export async function createWorkspace({ corpora, vectors }: WorkspaceSources) {
  const directory = await mkdtemp(join(tmpdir(), 'onomast-quality-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const made = new Map<string, Promise<unknown>>();
  /** Each thing once, also when two runs want it at the same time. */
  const once = <Thing>(key: string, make: () => Promise<Thing>): Promise<Thing> => {
    const thing = (made.get(key) as Promise<Thing> | undefined) ?? make();
    made.set(key, thing);
    return thing;
  };

  const namesIn = (sentences: readonly LabelledSentence[]) => countIn(sentences, (_, tag) => tag.startsWith('B-'));
  const handlesIn = (sentences: readonly LabelledSentence[]) =>
    countIn(sentences, (word, tag) => tag.startsWith('B-') && word.startsWith('@'));

  const pathOf = (corpus: string, part: Part) => join(corpora, CORPORA[corpus].folder ?? corpus, `${part}.conll`);
  const read = (corpus: string, part: Part): Promise<readonly LabelledSentence[]> =>
    once(`${corpus}/${part}`, async () => {
      const path = pathOf(corpus, part);
      if (!existsSync(path)) throw new Error(`${path} is missing: ONOMAST_CORPORA names the folder of the corpora`);
      return (await readCorpusFile(path)).sentences;
    });

  /** A file with the first so many sentences. */
  const file = (corpus: string, part: Part, count: Size): Promise<string> =>
    once(`${corpus}/${part}/${count}`, async () => {
      const sentences = await read(corpus, part);
      if (count !== 'all' && count > sentences.length)
        throw new Error(`${corpus}: ${count} sentences wanted of ${part}, found ${sentences.length}`);
      const path = join(directory, `${corpus}-${part}-${count}.conll`);
      await writeFile(path, writeConll(count === 'all' ? sentences : sentences.slice(0, count)));
      return path;
    });

  return {
    read,
    file,
    /** A file with what comes after the first so many sentences of the training part, without its tags. */
    rest: (corpus: string, count: number): Promise<string> =>
      once(`${corpus}/rest/${count}`, async () => {
        const path = join(directory, `${corpus}-after-${count}.txt`);
        const sentences = (await read(corpus, 'train')).slice(count);
        await writeFile(path, sentences.map(({ words }) => `${words.join(' ')}\n`).join(''));
        return path;
      }),
    newHome: () => mkdtemp(join(directory, 'home-')),

    /** Of the files, and what is in them. */
    async counts(corpus: string): Promise<CorpusCounts> {
      const hash = createHash('sha256');
      const countsOf = async (part: Part): Promise<PartCounts> => {
        hash.update(await readFile(pathOf(corpus, part)));
        const sentences = await read(corpus, part);
        return {
          sentences: sentences.length,
          tokens: sentences.reduce((sum, { words }) => sum + words.length, 0),
          names: namesIn(sentences),
          handles: handlesIn(sentences),
        };
      };
      const counts = { train: await countsOf('train'), dev: await countsOf('dev') };
      const train = await read(corpus, 'train');
      const sizes = (SIZES[corpus] ?? []).filter((size) => size !== 'all');
      const inFirst = (count: (sentences: readonly LabelledSentence[]) => number) =>
        Object.fromEntries(sizes.map((size) => [size, count(train.slice(0, size))]));
      return {
        train: { ...counts.train, names_in_first: inFirst(namesIn), handles_in_first: inFirst(handlesIn) },
        dev: counts.dev,
        sha256: hash.digest('hex').slice(0, 12),
      };
    },

    /** A table of vectors and its size in bytes. */
    table: ({ words, dims, bits, like }: VectorTableChoice) =>
      once(`vectors/${words}/${dims}/${bits}/${like}`, async () => {
        if (!vectors) throw new Error('tables of vectors are made from a file: --vectors FILE tells which');
        const path = join(directory, `vectors-${words}-${dims}-${bits}${like ? '-like' : ''}.safetensors`);
        // biome-ignore format: an option and its value belong on one line
        await promisify(execFile)(process.execPath, [
          MAIN, 'vectors', vectors,
          '--words', String(words), '--dims', String(dims), '--bits', String(bits),
          ...(like ? ['--like', BUNDLED_TRAIN] : []),
          '--language', 'en',
          '--output', path,
        ]);
        return { path, bytes: (await stat(path)).size };
      }),
  };
}

function countIn(sentences: readonly LabelledSentence[], isCounted: (word: string, tag: string) => boolean): number {
  return sentences.reduce(
    (sum, { words, tags }) => sum + words.filter((word, t) => isCounted(word, tags[t])).length,
    0,
  );
}
