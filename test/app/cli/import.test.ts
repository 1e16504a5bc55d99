import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newHome, onomast, succeeded, writeFileBelow } from './helpers.js';

const TEXT = 'The Aurora left Bergen.\n\nNobody saw her.\n';
const SPANS = '{"text":"The Fram sank","entities":[[4,8,"SHIP"]]}\n';

function home(): string {
  const path = newHome();
  writeFileBelow(path, 'a.txt', TEXT);
  writeFileBelow(path, 'b.jsonl', SPANS);
  return path;
}

describe('onomast import and export --project', () => {
  test('files of any format go into a project, and what is accepted comes out in any format', async () => {
    const path = home();
    const said = succeeded(await onomast(['import', 'a.txt', 'b.jsonl', '--project', 'Ships'], { home: path }));
    expect(said).toBe(
      'a.txt: 2 documents, 0 names, read as text\n' +
        'b.jsonl: 1 document, 1 name (SHIP 1), read as jsonl\n' +
        'Kept in the project "Ships": 3 documents.\n',
    );
    const conll = succeeded(await onomast(['export', '--project', 'Ships', '--to', 'conll'], { home: path }));
    expect(conll.replace(/^-DOCSTART-.*\n\n/, '')).toBe('The\tO\nFram\tB-SHIP\nsank\tO\n');
    const args = ['export', '--project', '1', '--to', 'doccano', '-o', 'out.jsonl'];
    expect(await onomast(args, { home: path })).toMatchObject({
      status: 0,
      stderr: 'onomast: the accepted documents of "1" are in out.jsonl\n',
    });
    expect(JSON.parse(readFileSync(join(path, 'out.jsonl'), 'utf8'))).toMatchObject({
      text: 'The Fram sank',
      label: [[4, 8, 'SHIP']],
    });
    expect((await onomast(args, { home: path })).stderr).toContain('out.jsonl: expected no file there, found one');
  });

  test('names that nobody has checked wait to be accepted', async () => {
    const path = home();
    succeeded(await onomast(['import', 'b.jsonl', '--project', 'Ships', '--unchecked'], { home: path }));
    const refused = await onomast(['export', '--project', 'Ships', '--to', 'conll'], { home: path });
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('no document of this project has been accepted yet');
  });

  test('a dry run keeps nothing, not even a project', async () => {
    const path = home();
    const said = await onomast(['import', 'b.jsonl', '--project', 'Ships', '--dry-run', '--json'], { home: path });
    expect(JSON.parse(succeeded(said))).toMatchObject([
      { file: 'b.jsonl', kept: false, documents: 1, names: { in: 1 } },
    ]);
    expect((await onomast(['export', '--project', 'Ships', '--to', 'conll'], { home: path })).stderr).toContain(
      '--project: there is no project "Ships"; there is none yet',
    );
  });

  test('one file that cannot be read, and nothing of the others is kept', async () => {
    const path = home();
    writeFileSync(join(path, 'bad.jsonl'), Buffer.from([0x7b, 0x22, 0xff, 0xfe]));
    const refused = await onomast(['import', 'b.jsonl', 'bad.jsonl', '--project', 'Ships'], { home: path });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toMatch(/bad\.jsonl:\d+: /);
    expect((await onomast(['export', '--project', 'Ships', '--to', 'conll'], { home: path })).stderr).toContain(
      'there is none yet',
    );
  });

  test.each([
    [['import', 'a.txt', '--project', 'New'], '--labels: the project "New" is new, and there is no label in the files'],
    [['import', 'none.txt', '--project', 'New'], 'none.txt: cannot be read: '],
    [['import', '.', '--project', 'New'], '.: cannot be read: it is a directory'],
    [['import', 'a.txt', '--project', 'New', '--from', 'x', '--labels', 'A'], 'must be one of '],
    [
      ['export', '--project', 'New', 'names-en', '--to', 'conll'],
      '--project: expected a project or a model, found both',
    ],
    [['export', 'names-en', '--to', 'conll', '-o', 'x'], '--to: expected one of esm, onnx, archive, found "conll"'],
    [['export', 'names-en', '--to', 'esm'], '-o: expected a file for the model, found none'],
  ])('refuses %j in a sentence', async (args, sentence) => {
    const path = home();
    const refused = await onomast(args, { home: path });
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain(sentence);
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(path, 'x'))).toBe(false);
  });
});
