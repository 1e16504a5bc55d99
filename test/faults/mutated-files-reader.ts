/** The process that reads mutated files: says of each what it is before it is read, and what came of it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeDocuments } from '#annotation/conversion/write-documents.js';
import { FORMAT_NAMES } from '#annotation/formats/format-table.js';
import { readCorpus } from '#annotation/reading/read-corpus-file.js';
import { buildVectors } from '#app/services/build-vectors.js';
import { packModel, unpackModel } from '#app/services/model-archive.js';
import { AppError } from '#base/errors.js';
import { createRandom, type Random } from '#base/random.js';
import { saveModel } from '#tagging/model/model-directory.js';
import { PART_FILES } from '#tagging/model/model-files.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
import { mutateBytes, mutateText, SEED_DOCUMENTS } from '../helpers/mutations.js';
import { TINY_VECTORS } from '../helpers/tiny-corpus.js';
import { DESCRIPTION, tinyModel } from '../helpers/tiny-model.js';

export interface MutatedFilesStart {
  readonly directory: string;
  readonly count: number;
  readonly seed: number;
}

export type MutatedFilesMessage =
  | { readonly type: 'begins'; readonly kind: string; readonly number: number; readonly file: string }
  | { readonly type: 'ended'; readonly kind: string; readonly outcome: string; readonly problem?: string }
  | { readonly type: 'done' };

/** One mutated file of a kind: what it is called in messages, and how it is read. */
interface Trial {
  readonly file: string;
  /** Comes back if it was read; what it returns is how. */
  read(): Promise<string>;
}

type Kind = (random: Random) => Trial;

process.once('message', async (start: MutatedFilesStart) => {
  await readAll(start);
  say({ type: 'done' });
});

function say(message: MutatedFilesMessage): void {
  process.send!(message);
}

async function readAll({ directory, count, seed }: MutatedFilesStart): Promise<void> {
  const kinds = Object.entries(await kindsIn(directory));
  for (let number = 0; number < count; number++) {
    const [kind, prepare] = kinds[number % kinds.length];
    const { file, read } = prepare(createRandom(seed).fork(kind, number));
    say({ type: 'begins', kind, number, file });
    say({ type: 'ended', kind, ...(await outcomeOf(read, directory)) });
  }
}

async function outcomeOf(
  read: () => Promise<string>,
  directory: string,
): Promise<{ readonly outcome: string; readonly problem?: string }> {
  try {
    return { outcome: await read() };
  } catch (error) {
    const { message } = error as Error;
    const isClear = error instanceof AppError && error.code !== 'internal' && !/\n|undefined|\[object/.test(message);
    // What it says must say of which file.
    if (isClear && message.includes(directory)) return { outcome: 'refused' };
    return { outcome: 'unclear', problem: `unclear error: ${(error as Error).stack}` };
  }
}

async function kindsIn(directory: string): Promise<Readonly<Record<string, Kind>>> {
  const models = ['plain', 'everything'].map((name) => modelFiles(join(directory, name), name === 'everything'));
  const archive = await packModel(join(directory, 'everything'), 'tiny');
  const path = (name: string): string => join(directory, name);
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(path(name), bytes);
    return path(name);
  };
  return {
    model(random) {
      const files = models[random.integer(models.length)];
      const name = pick(Object.keys(files), random);
      const isForged = random.integer(2) === 0;
      const changed = { ...files, [name]: mutated(files[name], random) };
      if (isForged) changed['meta.json'] = withHashes(changed);
      const target = path('mutated');
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
      for (const [file, bytes] of Object.entries(changed)) writeFileSync(join(target, file), bytes);
      const isSame = Buffer.compare(files[name], changed[name]) === 0;
      return {
        file: `${name}${isForged ? ', forged' : ''}`,
        async read() {
          const tagger = await loadTagger(target);
          if (!isForged && !isSame && name !== 'meta.json') throw new Error('it loads though a hash does not fit');
          const { entities } = tagger.tag('Ana met Li Wei at Ford in Oslo. 😀 Nothing?', { alternatives: true });
          for (const { score, start, end } of entities)
            if (!(score >= 0 && score <= 1 && start < end))
              throw new Error(`it finds nonsense: ${score} ${start} ${end}`);
          return 'loaded';
        },
      };
    },
    vectors(random) {
      const bytes = mutated(TINY_VECTORS.file, random);
      const file = write('vectors.safetensors', bytes);
      return {
        file: 'vectors.safetensors',
        async read() {
          const table = loadVectorTable(file);
          const row = new Float32Array(table.dimension);
          for (let index = 0; index < table.size; index++) table.decodeRow(index, row);
          return 'loaded';
        },
      };
    },
    'published vectors'(random) {
      const text = Buffer.from('3 4\noslo 0.5 -1 2e-3 4\nana 1 2 3 4\nford -1 -2 -3 -4\n');
      const file = write('published.vec', (random.integer(2) ? mutateText : mutateBytes)(text, random));
      return {
        file: readFileSync(file, 'latin1'),
        async read() {
          const options = {
            output: path('table.safetensors'),
            bits: 8,
            language: 'en',
            license: 'CC0-1.0',
            source: 'x',
          } as const;
          await buildVectors(file, options, { notice: () => {}, progress: () => {} });
          return 'loaded';
        },
      };
    },
    archive(random) {
      // What lies under the compression is met only when that is sound.
      const isSound = random.integer(2) === 0;
      const bytes = isSound ? gzipSync(mutated(gunzipSync(archive), random), { level: 1 }) : mutated(archive, random);
      const file = write('archive.tgz', bytes);
      return {
        file: 'archive.tgz',
        async read() {
          await unpackModel(file);
          return 'loaded';
        },
      };
    },
    corpus(random) {
      const format = pick(FORMAT_NAMES, random);
      const [first, second] = writeDocuments(SEED_DOCUMENTS, format).files;
      const main = format === 'brat' ? second : first;
      const stem = path('corpus');
      for (const name of readdirSync(directory)) if (name.startsWith('corpus.')) rmSync(path(name));
      if (format === 'brat') writeFileSync(`${stem}.txt`, first.text);
      const extension = format === 'brat' ? 'ann' : 'data';
      const bytes = (random.integer(3) ? mutateText : mutateBytes)(Buffer.from(main.text), random);
      writeFileSync(`${stem}.${extension}`, bytes);
      return {
        file: `${format}: ${Buffer.from(bytes).toString('latin1').slice(0, 2000)}`,
        async read() {
          const { documents } = await readCorpus(`${stem}.${extension}`, random.integer(2) ? { format } : {});
          for (const { text, spans } of documents)
            for (const { start, end } of spans)
              if (!(start >= 0 && start < end && end <= text.length))
                throw new Error('a name lies outside of its text');
          return 'loaded';
        },
      };
    },
  };
}

const pick = <T>(values: readonly T[], random: Random): T => values[random.integer(values.length)];

/** Once or twice; text as text now and then, so that JSON stays JSON. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const once = random.integer(3) === 0 ? asJson(bytes, random) : mutateBytes(bytes, random);
  return random.integer(3) === 0 ? mutateBytes(once, random) : once;
}

/** Numbers and keys of a JSON file, or of the JSON that a table of tensors begins with, are changed. */
function asJson(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes[0] === 0x7b) return mutateText(bytes, random);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length) return mutateBytes(bytes, random);
  const head = mutateText(bytes.subarray(8, 8 + length), random);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([size, head, bytes.subarray(8 + length)]);
}

/** The files of a model that was saved. */
function modelFiles(path: string, hasEverything: boolean): Readonly<Record<string, Uint8Array>> {
  const config = { layers: 2, bidirectional: true, attention: 'sentence', crf: true, char_filters: 3 } as const;
  saveModel(path, tinyModel(hasEverything ? { config, vectors: TINY_VECTORS } : {}), { training: {} }, DESCRIPTION);
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]));
}

/** meta.json as a careful forger would write it, as far as it can still be read. */
function withHashes(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  try {
    const meta = JSON.parse(Buffer.from(files['meta.json']).toString('utf8'));
    for (const [part, file] of Object.entries(PART_FILES))
      if (files[file]) meta[`${part}_sha256`] = createHash('sha256').update(files[file]).digest('hex');
    return Buffer.from(JSON.stringify(meta));
  } catch {
    return files['meta.json'];
  }
}
