import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createTarPacker, packTar, type TarEntry, type TarHeader, unpackTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importModel, packModel, type UnpackedModel, unpackModel } from '#app/services/model-archive.js';
import { openRegistry } from '#app/store/registry.js';
import { AppError } from '#base/errors.js';
import { saveModel } from '#tagging/model/model-directory.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { DESCRIPTION, tinyModel } from '../../helpers/tiny-model.js';

const ROOT = mkdtempSync(join(tmpdir(), 'onomast-archive-'));
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const CARD = '# tiny\n\nA model of random weights.\n';
let archive: Uint8Array;
let original: Record<string, Uint8Array>;

function savedModel(): string {
  const path = join(mkdtempSync(join(ROOT, 'model-')), 'tiny');
  saveModel(path, tinyModel(), { training: {} }, DESCRIPTION);
  writeFileSync(join(path, 'README.md'), CARD);
  return path;
}

function write(bytes: Uint8Array): string {
  const file = join(ROOT, 'model.tgz');
  writeFileSync(file, bytes);
  return file;
}

const unpacked = (bytes: Uint8Array): Promise<UnpackedModel> => unpackModel(write(bytes));
const entriesOf = async (): Promise<{ header: TarHeader; data: Uint8Array }[]> =>
  (await unpackTar(gunzipSync(archive))).map(({ header, data }) => ({ header, data: data ?? new Uint8Array() }));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The archive with other entries; the manifest stays as it is unless it is changed too. */
async function withEntries(
  change: (entries: { header: TarHeader; data: Uint8Array }[]) => TarEntry[],
): Promise<Uint8Array> {
  return gzipSync(await packTar(change(await entriesOf())));
}
const kept = ({ header, data }: { header: TarHeader; data: Uint8Array }): TarEntry => ({ header, body: data });

/** With other files in the place of some, and a manifest that tells the truth of them unless it is changed itself. */
async function withFiles(changes: Readonly<Record<string, (text: string) => string>>): Promise<Uint8Array> {
  return withEntries((entries) => {
    const changed = entries.map((entry) => {
      const change = changes[basename(entry.header.name)];
      if (change === undefined) return entry;
      const data = Buffer.from(change(Buffer.from(entry.data).toString('utf8')));
      return { header: { ...entry.header, size: data.length }, data };
    });
    const [manifest, ...files] = changed;
    if (changes['manifest.json'] === undefined) {
      const told = JSON.parse(Buffer.from(manifest.data).toString('utf8'));
      for (const { header, data } of files)
        told.files[basename(header.name)] = { bytes: data.length, sha256: sha256(data) };
      manifest.data = Buffer.from(JSON.stringify(told));
      manifest.header.size = manifest.data.length;
    }
    return changed.map(kept);
  });
}

beforeAll(async () => {
  const path = savedModel();
  original = Object.fromEntries(
    readdirSync(path).map((name) => [name, new Uint8Array(readFileSync(join(path, name)))]),
  );
  archive = await packModel(path, 'tiny');
});

const plain = (files: UnpackedModel['files']): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));

describe('a model as an archive', () => {
  test('comes out as it went in, card included; the same model gives the same bytes', async () => {
    const { files, meta, labels } = await unpacked(archive);
    expect(plain(files)).toEqual(plain(original));
    expect([meta.name, labels]).toEqual(['tiny', ['LOC', 'ORG', 'PER']]);
    expect(sha256(await packModel(savedModel(), 'tiny'))).toBe(sha256(archive));
  });

  test('is a folder for whoever unpacks it with tar, the manifest first', async () => {
    const names = (await entriesOf()).map(({ header }) => header.name);
    expect(names[0]).toBe('tiny/manifest.json');
    expect(names.every((name) => /^tiny\/[\w.]+$/.test(name))).toBe(true);
  });

  test('a model that is not sound is not packed', async () => {
    const path = savedModel();
    truncateSync(join(path, 'weights.safetensors'), 100);
    await expect(packModel(path, 'tiny')).rejects.toMatchObject({ code: 'damaged_model' });
  });

  test('any name gives a folder within the archive', async () => {
    const packed = await packModel(savedModel(), '../../Eva Müller');
    const [{ header }] = await unpackTar(gunzipSync(packed));
    expect(header.name).toBe('Eva-Müller/manifest.json');
    expect((await unpacked(packed)).meta.name).toBe('Eva-Müller');
  });
});

describe('an archive that was altered', () => {
  const MAY_FAIL_WITH = ['damaged_model', 'incompatible_model', 'invalid_argument'];
  /** Either it is refused, or what comes out is what was put in. */
  const isSafe = async (bytes: Uint8Array): Promise<void> => {
    try {
      expect(plain((await unpacked(bytes)).files)).toEqual(plain(original));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(MAY_FAIL_WITH).toContain(error.code);
    }
  };

  test('in any byte of the file, or cut off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (place, flip, isCut) => {
        const bytes = Uint8Array.from(archive);
        const at = place % bytes.length;
        bytes[at] ^= flip;
        await isSafe(isCut ? bytes.subarray(0, at) : bytes);
      }),
      { numRuns: 200 },
    );
  });

  test('in any byte of the tar archive within, most of all of its headers, or cut off anywhere', async () => {
    const tar = gunzipSync(archive);
    const headers = [0];
    for (const { header } of await entriesOf())
      headers.push(headers.at(-1)! + 512 + Math.ceil(header.size / 512) * 512);
    const place = fc.oneof(
      fc.nat(tar.length - 1),
      fc.tuple(fc.constantFrom(...headers.slice(0, -1)), fc.nat(511)).map(([start, at]) => start + at),
    );
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, flip, isCut) => {
        const bytes = Uint8Array.from(tar);
        bytes[at] ^= flip;
        await isSafe(gzipSync(isCut ? bytes.subarray(0, at) : bytes));
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, (entries: { header: TarHeader; data: Uint8Array }[]) => TarEntry[], RegExp]>([
    [
      'a symbolic link',
      ([first, ...rest]) => [kept(first), link('symlink', 'tiny/meta.json'), ...rest.map(kept)],
      /found symlink/,
    ],
    [
      'a hard link',
      ([first, ...rest]) => [kept(first), link('link', 'tiny/meta.json'), ...rest.map(kept)],
      /found link/,
    ],
    ['a folder', ([first, ...rest]) => [kept(first), folder('tiny/more/'), ...rest.map(kept)], /found directory/],
    ['a way out', (entries) => [...entries.map(kept), extra('../meta.json')], /found file "\.\.\/meta\.json"/],
    [
      'an absolute path',
      (entries) => [...entries.map(kept), extra('/etc/README.md')],
      /found file "\/etc\/README\.md"/,
    ],
    ['another folder', (entries) => [...entries.map(kept), extra('other/README.md')], /found file "other\/README\.md"/],
    ['a folder in the folder', (entries) => [...entries.map(kept), extra('tiny/x/README.md')], /found file/],
    ['a file of no model', (entries) => [...entries.map(kept), extra('tiny/run.sh')], /found file "tiny\/run\.sh"/],
    ['a file by the name of a method', (entries) => [...entries.map(kept), extra('tiny/toString')], /found file/],
    ['a file twice', (entries) => [...entries, entries[1]].map(kept), /twice/],
    [
      'a file that the manifest does not tell of',
      (entries) => [...entries.map(kept), extra('tiny/vectors.safetensors')],
      /not in the manifest/,
    ],
    ['a file left out', (entries) => entries.slice(0, -1).map(kept), /is missing/],
    ['no manifest', (entries) => entries.slice(1).map(kept), /expected manifest\.json as the first file/],
    [
      'the manifest not first',
      ([first, ...rest]) => [...rest, first].map(kept),
      /expected manifest\.json as the first/,
    ],
    ['nothing', () => [], /manifest\.json is missing/],
  ])('%s', async (_, change, message) => {
    await expect(unpacked(await withEntries(change))).rejects.toMatchObject({
      code: 'damaged_model',
      message: expect.stringMatching(message),
    });
  });

  test.each<[string, string, (text: string) => string, string, RegExp]>([
    [
      'a manifest of another format',
      'manifest.json',
      (text) => text.replace('archive/1', 'archive/2'),
      'incompatible_model',
      /expected an archive of format/,
    ],
    ['a manifest that is no JSON', 'manifest.json', () => '{', 'incompatible_model', /found nothing/],
    ['a manifest of null', 'manifest.json', () => 'null', 'incompatible_model', /found nothing/],
    [
      'a manifest with a size below 0',
      'manifest.json',
      (text) => text.replace(/"bytes": \d+/, '"bytes": -1'),
      'damaged_model',
      /which no model has/,
    ],
    [
      'a manifest with a size above all bounds',
      'manifest.json',
      (text) => text.replace(/"bytes": \d+/, '"bytes": 99999999999'),
      'damaged_model',
      /which no model has/,
    ],
    [
      'a manifest with another length',
      'manifest.json',
      (text) => text.replace(/"bytes": \d+/, '"bytes": 7'),
      'damaged_model',
      /the manifest says 7/,
    ],
    [
      'a manifest with another hash',
      'manifest.json',
      (text) => text.replace(/"sha256": "\w{8}/, '"sha256": "00000000'),
      'damaged_model',
      /the manifest says 000000/,
    ],
    [
      'a record of a name that leads elsewhere',
      'meta.json',
      (text) => text.replace('"name": "tiny"', '"name": "../../x"'),
      'damaged_model',
      /"name" is not what/,
    ],
    [
      'a record without labels',
      'meta.json',
      (text) => text.replace('"labels": [', '"labels": null, "was": ['),
      'damaged_model',
      /"labels" is not what/,
    ],
    [
      'a record of another tokenizer',
      'meta.json',
      (text) => text.replace('"id": "onomast"', '"id": "other"'),
      'incompatible_model',
      /tokenizer/,
    ],
    [
      'weights that are not those of the record',
      'vocab.json',
      (text) => `${text} `,
      'damaged_model',
      /vocab has SHA-256/,
    ],
  ])('%s', async (_, name, change, code, message) => {
    await expect(unpacked(await withFiles({ [name]: change }))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test('settings of a network that would fill the memory are refused before memory is taken for it', async () => {
    const config = Buffer.from(original['config.json'])
      .toString()
      .replace(/"hidden_size": \d+/, '"hidden_size": 4096')
      .replace(/"layers": \d+/, '"layers": 8');
    const hash = sha256(Buffer.from(config));
    const bytes = await withFiles({
      'config.json': () => config,
      'meta.json': (text) => text.replace(/"config_sha256": "\w+"/, `"config_sha256": "${hash}"`),
    });
    await expect(unpacked(bytes)).rejects.toMatchObject({
      code: 'damaged_model',
      message: expect.stringMatching(/has shape|is missing/),
    });
  });

  test('a small file that unpacks to very much is given up when it is more than the manifest says', async () => {
    const { readable, controller } = createTarPacker();
    const reading = new Response(readable).arrayBuffer();
    const bytes = new Uint8Array(200 << 20);
    const writer = controller.add({ name: 'tiny/manifest.json', size: bytes.length, type: 'file' }).getWriter();
    for (let at = 0; at < bytes.length; at += 1 << 20) await writer.write(bytes.subarray(at, at + (1 << 20)));
    await writer.close();
    controller.finalize();
    const bomb = gzipSync(new Uint8Array(await reading));
    expect(bomb.length).toBeLessThan(1 << 20);
    await expect(unpacked(bomb)).rejects.toMatchObject({
      message: expect.stringMatching(/manifest\.json has 209715200 bytes/),
    });
    // Blocks of zeros after the end of a sound archive.
    const trailing = gzipSync(Buffer.concat([gunzipSync(archive), bytes]));
    await expect(unpacked(trailing)).rejects.toMatchObject({ message: expect.stringMatching(/unpacks to more than/) });
    // A member whose header is of a kind that is read before any entry is seen.
    const header = Buffer.from(gunzipSync(archive).subarray(0, 512));
    header.write('x', 156, 'latin1');
    header.write('00700000000 ', 124, 'latin1');
    header.write('        ', 148, 'latin1');
    const checksum = header.reduce((sum, byte) => sum + byte, 0);
    header.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    await expect(unpacked(gzipSync(Buffer.concat([header, bytes])))).rejects.toMatchObject({ code: 'damaged_model' });
  });

  test('what is no archive is told in a sentence', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'text.tgz'), 'Ada Lovelace met José.');
    writeFileSync(join(folder, 'empty.tgz'), '');
    await expect(unpackModel(join(folder, 'text.tgz'))).rejects.toThrow(
      /no whole gzip-compressed tar archive: incorrect header/,
    );
    await expect(unpackModel(join(folder, 'empty.tgz'))).rejects.toMatchObject({ code: 'damaged_model' });
    await expect(unpackModel(folder)).rejects.toMatchObject({ code: 'io_error' });
    await expect(unpackModel(join(folder, 'nowhere.tgz'))).rejects.toMatchObject({ code: 'io_error' });
  });
});

function link(type: 'symlink' | 'link', name: string): TarEntry {
  return { header: { name, size: 0, type, linkname: '/etc/passwd' } };
}
function folder(name: string): TarEntry {
  return { header: { name, size: 0, type: 'directory' } };
}
function extra(name: string): TarEntry {
  return { header: { name, size: 1, type: 'file' }, body: 'x' };
}

describe('importing', () => {
  const setUp = () => {
    const home = temporaryDirectory();
    return { home, directory: join(home, 'models'), registry: openRegistry(':memory:', { homeDirectory: home }) };
  };

  test('registers the model under its name, replaces nothing, and knows it again', async () => {
    const { directory, registry } = setUp();
    mkdirSync(join(directory, 'tiny'), { recursive: true });
    writeFileSync(join(directory, 'tiny', 'mine.txt'), 'mine');
    const model = await unpacked(archive);
    const first = importModel(model, { registry, directory });
    expect(first).toMatchObject({ name: 'tiny', version: 1, path: join(directory, 'tiny-2'), isKnown: false });
    expect(
      plain(Object.fromEntries(readdirSync(first.path).map((name) => [name, readFileSync(join(first.path, name))]))),
    ).toEqual(plain(original));
    expect(importModel(model, { registry, directory })).toEqual({ ...first, isKnown: true });
    expect(registry.models.list()).toHaveLength(1);
    expect(registry.models.activations()).toEqual([]);
    expect(readFileSync(join(directory, 'tiny', 'mine.txt'), 'utf8')).toBe('mine');
  });

  test('leaves nothing behind where it cannot be registered', async () => {
    const { directory, registry } = setUp();
    const models = {
      ...registry.models,
      register: () => {
        throw new AppError('database_busy', 'busy');
      },
    };
    const model = await unpacked(archive);
    expect(() => importModel(model, { registry: { models }, directory })).toThrow('busy');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a link in the place of the directory leads nowhere', async () => {
    const { home, directory, registry } = setUp();
    mkdirSync(directory);
    symlinkSync(home, join(directory, 'tiny'));
    const { path } = importModel(await unpacked(archive), { registry, directory });
    expect(path).toBe(join(directory, 'tiny-2'));
    expect(existsSync(join(home, 'meta.json'))).toBe(false);
    rmSync(join(directory, 'tiny'));
    rmSync(path, { recursive: true });
    symlinkSync(join(home, 'gone'), join(directory, 'tiny'));
    const model = await unpacked(archive);
    expect(() => importModel(model, { registry, directory })).toThrow(/tiny: cannot write: EEXIST/);
  });
});
