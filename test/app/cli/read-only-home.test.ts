import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  corpusText,
  failed,
  newHome,
  onomast,
  SMALL,
  sharedHome,
  startOnomast,
  succeeded,
  trainTiny,
  writeFileBelow,
} from './helpers.js';

const isBoundByRights = true;

function setRights(directory: string, rights: { readonly directories: number; readonly files: number }): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? rights.directories : rights.files);
  }
  chmodSync(directory, rights.directories);
}

const prepared = sharedHome(async (home) => {
  await trainTiny(home);
  writeFileBelow(home, 'train.conll', corpusText(30));
  setRights(home, { directories: 0o555, files: 0o444 });
});
afterAll(() => setRights(prepared(), { directories: 0o755, files: 0o644 }));

const TEXT = 'Nobody saw Wei on day 8';

describe('a home that cannot be written', () => {
  test.each([[[]], [['--model', 'tiny']], [['--model', 'tiny@1']], [['--model', 'models/tiny']]])(
    'tags with its models: tag %j',
    async (args) => {
      const ended = await onomast(['tag', ...args, TEXT], { home: prepared(), isBoundByRights });
      expect(succeeded(ended)).toBe('Nobody saw [Wei|PER] on day 8\n');
    },
  );

  test('lists its models, and says that none can be activated', async () => {
    const home = prepared();
    expect(JSON.parse(succeeded(await onomast(['models', '--json'], { home, isBoundByRights })))).toMatchObject([
      { id: 'tiny', version: 1, active: true },
    ]);
    expect(failed(await onomast(['models', 'activate', 'tiny@1'], { home, isBoundByRights }), 1)).toMatch(
      /^registry: .*onomast\.sqlite: the database can only be read, not written \[database_error\]$/,
    );
  });

  test('serves them', async () => {
    const running = startOnomast(['serve', '--port', '0'], { home: prepared(), isBoundByRights });
    await running.says('(Ctrl-C ends it)');
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(running.output().stderr)!;
    const response = await fetch(`${url}/api/tag`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: TEXT }),
    });
    expect(await response.json()).toMatchObject({ entities: [{ text: 'Wei', label: 'PER' }] });
    running.child.kill('SIGINT');
    expect((await running.ended).status).toBe(0);
  });

  test('says before the training that the model cannot be written', async () => {
    const ended = await onomast(['train', '--train', 'train.conll', '--quiet', ...SMALL], {
      home: prepared(),
      isBoundByRights,
    });
    expect(ended).toMatchObject({ status: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^onomast: .*models: cannot write into this directory: EACCES.* \[io_error\]\n$/);
  });
});

test.skipIf(process.platform === 'win32')(
  'a home below /proc, where directories are never made: nothing hangs',
  async () => {
    const home = newHome();
    const train = writeFileBelow(home, 'train.conll', corpusText(30));
    const environment = { ONOMAST_HOME: '/proc/onomast/home' };
    const { status, stderr } = await onomast(['train', '--train', train, '--quiet', ...SMALL], { home, environment });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^onomast: the run will not be recorded: .*\nonomast: .*cannot make this directory: .* \[io_error\]\n$/,
    );
  },
);
