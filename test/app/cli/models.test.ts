import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpusText, failed, newHome, onomast, SMALL, sharedHome, succeeded, writeFileBelow } from './helpers.js';

const home = sharedHome(async (path) => {
  writeFileBelow(path, 'names.conll', corpusText(30));
  for (const seed of ['1', '2']) {
    succeeded(
      await onomast(['train', '--train', 'names.conll', '--quiet', '--activate', '--seed', seed, ...SMALL], {
        home: path,
      }),
    );
  }
});
const models = (...args: string[]) => onomast(['models', ...args], { home: home() });
const activeModel = async () => {
  const body = JSON.parse(succeeded(await onomast(['tag', '--format', 'json', 'Ana'], { home: home() })));
  return body.model;
};

describe('models', () => {
  test('without any: says so, makes no file', async () => {
    const empty = newHome();
    expect(succeeded(await onomast(['models'], { home: empty }))).toBe(
      'There is no model yet; `onomast train` makes one.\n',
    );
    expect(succeeded(await onomast(['models', '--json'], { home: empty }))).toBe('[]\n');
    expect(failed(await onomast(['models', 'activate', 'names'], { home: empty }), 1)).toContain('[unknown_model]');
    expect(readdirSync(empty)).toEqual([]);
  });

  test('lists the newest first and marks the active one', async () => {
    const lines = succeeded(await models())
      .trimEnd()
      .split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^\* names@2 +dev F1 +\d+\.\d\d {2}\d{4}-\d\d-\d\dT\d\d:\d\d {2}.*names-2$/),
      expect.stringMatching(/^ {2}names@1 +dev F1 .*names$/),
    ]);
    expect(JSON.parse(succeeded(await models('--json')))).toMatchObject([
      { id: 'names', version: 2, active: true, labels: ['LOC', 'ORG', 'PER'], path: join(home(), 'models', 'names-2') },
      {
        id: 'names',
        version: 1,
        active: false,
        f1: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  test('show: what it was trained on, with the ledger and the hash of each file', async () => {
    const other = newHome();
    const train = `# a comment\n${corpusText(30)}\nAna\tI-PER\n`;
    const dev = '{"text":"Ana saw Oslo","entities":[[0,3,"PER"],[8,12,"LOC"],[50,54,"LOC"]]}\n';
    mkdirSync(join(other, 'data'));
    writeFileBelow(other, 'data/train.conll', train);
    writeFileBelow(other, 'dev.jsonl', `${dev}{"text":"No","entities":[],"answer":"reject"}\n`);
    const words = [
      'train',
      '--train',
      'data/train.conll',
      '--dev',
      'dev.jsonl',
      '--output',
      'models/m',
      '--json',
      ...SMALL,
    ];
    const { stdout } = await onomast(words, { home: other });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const sources = [
      {
        role: 'train',
        name: 'train.conll',
        sentences: 31,
        files: [
          {
            name: 'train.conll',
            sha256: sha256(train),
            format: 'conll',
            scheme: 'IOB2',
            offset_unit: null,
            sentences: 31,
            names: { repaired: 1, left_out: 0 },
            comments: 1,
            left_out: 0,
          },
        ],
      },
      {
        role: 'dev',
        name: 'dev.jsonl',
        sentences: 1,
        files: [
          {
            sha256: sha256(readFileSync(join(other, 'dev.jsonl'), 'utf8')),
            format: 'jsonl',
            scheme: null,
            offset_unit: 'utf16',
            documents: 1,
            names: { in: 3, aligned: 2, repaired: 0, left_out: 1 },
            left_out: 1,
          },
        ],
      },
    ];
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ type: 'done', sources });
    const show = (...args: string[]) => onomast(['models', 'show', 'm', ...args], { home: other });
    expect(JSON.parse(succeeded(await show('--json')))).toMatchObject({ sources });
    const text = succeeded(await show());
    expect(text).toContain(
      'dev.jsonl (jsonl, offsets in utf16), 3 words, 3 names: 2 taken as they stand, 0 repaired, 1 left out; 1 records',
    );
    expect(text).toContain(`SHA-256 ${sha256(train)}`);
    rmSync(join(other, 'models/m/meta.json'));
    expect(failed(await show(), 1)).toContain('[damaged_model]');
    expect(failed(await onomast(['models', 'show', 'x'], { home: other }), 1)).toContain('[unknown_model]');
  });

  test('activate chooses the one that is used when none is named', async () => {
    expect(await activeModel()).toMatchObject({ id: 'names', version: 2 });
    expect(succeeded(await models('activate', 'names@1'))).toBe('names@1 is active\n');
    expect(await activeModel()).toMatchObject({ id: 'names', version: 1 });
    expect(succeeded(await models())).toMatch(/^ {2}names@2 .*\n\* names@1 /);
    expect(succeeded(await models('rollback'))).toBe('names@2 is active again\n');
    expect(await activeModel()).toMatchObject({ id: 'names', version: 2 });
  });

  test.each([
    ['names@9', 1, 'model: there is no model "names@9" [unknown_model]'],
    ['na/mes', 2, 'model: expected "name" or "name@version", found "na/mes" [invalid_argument]'],
  ])('activate %s: exit code %i', async (spec, status, expected) => {
    expect(failed(await models('activate', spec), status)).toBe(expected);
  });

  test('stay where they are in a home that is moved', async () => {
    const moved = join(newHome(), 'moved');
    cpSync(home(), moved, { recursive: true });
    const [{ path }] = JSON.parse(succeeded(await onomast(['models', '--json'], { home: moved })));
    expect(path).toBe(join(moved, 'models', 'names-2'));
    rmSync(join(moved, 'models'), { recursive: true });
    expect(failed(await onomast(['tag', 'Ana'], { home: moved }), 1)).toContain('[no_model]');
  });

  test('a model goes from one home to another as an archive, and tags there as it did', async () => {
    const away = newHome();
    const archive = join(away, 'names.tgz');
    const exported = await onomast(['export', 'names@1', '--to', 'archive', '-o', archive], { home: home() });
    expect(exported.stderr).toContain(`names@1 is in ${archive}`);
    const imported = () => onomast(['models', 'import', 'names.tgz'], { home: away });
    const path = join(away, 'models', 'names');
    expect(succeeded(await imported())).toBe(`names@1 is in ${path}; models activate names@1 uses it\n`);
    expect(succeeded(await imported())).toBe(`names@1 is the same model already: ${path}\n`);
    succeeded(await onomast(['models', 'activate', 'names@1'], { home: away }));
    const tag = async (args: string[], where: string) => {
      const answer = succeeded(await onomast(['tag', '--format', 'json', ...args, 'Ana met Li Wei'], { home: where }));
      return { ...JSON.parse(answer), ms: undefined };
    };
    expect(await tag([], away)).toEqual(await tag(['--model', 'names@1'], home()));
    const again = await onomast(['export', 'names@1', '--to', 'archive', '-o', archive], { home: away });
    expect(failed(again, 1)).toContain('--force replaces it [io_error]');
    const before = readdirSync(away, { recursive: true });
    writeFileBelow(away, 'cut.tgz', 'no archive');
    expect(failed(await onomast(['models', 'import', 'cut.tgz'], { home: away }), 1)).toMatch(
      /cut\.tgz: .*\[damaged_model\]$/,
    );
    expect(readdirSync(away, { recursive: true }).filter((name) => name !== 'cut.tgz')).toEqual(before);
  });

  test('export --to onnx writes the graph and what stands beside it, over nothing that is there', async () => {
    const away = newHome();
    const exported = (...args: string[]) =>
      onomast(['export', join(home(), 'models', 'names'), '--to', 'onnx', '-o', 'a.onnx', ...args], { home: away });
    expect((await exported()).stderr).toMatch(/names@0 is in a\.onnx, a\.json, a\.mjs, \d/);
    expect(readdirSync(away).sort()).toEqual(['a.json', 'a.mjs', 'a.onnx']);
    rmSync(join(away, 'a.onnx'));
    expect(failed(await exported(), 1)).toBe(
      'a.json: expected no file there, found one; --force replaces it [io_error]',
    );
    expect((await exported('--force')).status).toBe(0);
  });

  test('rename: another name for the same files, active as before', async () => {
    const own = newHome();
    cpSync(home(), own, { recursive: true });
    const run = (...args: string[]) => onomast(['models', ...args], { home: own });
    expect(succeeded(await run('rename', 'names@2', 'letters'))).toBe('names@2 is letters@1 now\n');
    expect(succeeded(await run())).toMatch(/^\* letters@1 .*names-2\n {2}names@1 /);
    const tagged = JSON.parse(succeeded(await onomast(['tag', '--format', 'json', 'Ana'], { home: own })));
    expect(tagged.model).toMatchObject({ id: 'letters', version: 1 });
    expect(failed(await run('rename', 'names@2', 'x'), 1)).toContain('[unknown_model]');
    expect(failed(await run('rename', 'names', 'x'), 2)).toContain('expected "name@version"');
    expect(failed(await run('rename', 'names@1', 'a/b'), 2)).toContain('must be 1 to 64 letters');
  });

  test('an active model whose directory is gone gives way to the one before it', async () => {
    rmSync(join(home(), 'models', 'names-2'), { recursive: true });
    expect(await activeModel()).toMatchObject({ id: 'names', version: 1 });
    expect(succeeded(await models())).toMatch(/\n\* names@1 /);
    rmSync(join(home(), 'models', 'names'), { recursive: true });
    expect(failed(await onomast(['tag', 'Ana'], { home: home() }), 1)).toContain('[no_model]');
    expect(existsSync(join(home(), 'models'))).toBe(true);
  });

  test('remove forgets a version and deletes its directory', async () => {
    const own = newHome();
    cpSync(home(), own, { recursive: true });
    writeFileBelow(own, 'names.conll', corpusText(30));
    const train = async (...args: string[]) =>
      succeeded(await onomast(['train', '--train', 'names.conll', '--quiet', ...SMALL, ...args], { home: own }));
    await train('--output', 'models/mine', '--activate');
    expect(succeeded(await onomast(['models', 'remove', 'mine@1'], { home: own }))).toMatch(
      /^mine@1 is removed; (?:names@\d is active|no model is left)\n$/,
    );
    expect(existsSync(join(own, 'models', 'mine'))).toBe(false);
    expect(failed(await onomast(['models', 'remove', 'mine@1'], { home: own }), 1)).toContain('[unknown_model]');
    expect(failed(await onomast(['models', 'remove', 'na/mes'], { home: own }), 2)).toContain('[invalid_argument]');
  });
});
