import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newHome, PROJECT, sharedHome, start, succeeded, trainTiny, writeFileBelow } from './helpers.js';

const home = sharedHome(trainTiny);

/** A folder whose `node_modules` holds this project, as npm would install it. */
function consumer(): string {
  const directory = newHome();
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(PROJECT, join(directory, 'node_modules', 'onomast'), 'dir');
  return directory;
}

describe("import { loadTagger } from 'onomast'", () => {
  test('does nothing else: no output, no file, no handle that keeps the process', async () => {
    const directory = consumer();
    const environment = { ONOMAST_HOME: directory };
    writeFileBelow(directory, 'quiet.mjs', "await import('onomast');\n");
    const quiet = start(['quiet.mjs'], { home: directory, environment });
    expect(succeeded(await quiet.ended)).toBe('');

    const handles = "await import('onomast');\nprocess.stdout.write(process.getActiveResourcesInfo().join());\n";
    writeFileBelow(directory, 'handles.mjs', handles);
    const bare = 'process.stdout.write(process.getActiveResourcesInfo().join());\n';
    writeFileBelow(directory, 'bare.mjs', bare);
    const [imported, without] = await Promise.all(
      ['handles.mjs', 'bare.mjs'].map(async (file) => succeeded(await start([file], { home: directory }).ended)),
    );
    expect(imported).toBe(without);
    expect(readdirSync(directory).sort()).toEqual(['bare.mjs', 'handles.mjs', 'node_modules', 'quiet.mjs']);
  });

  test('gives a tagger that the types describe', async () => {
    const directory = consumer();
    const model = JSON.stringify(join(home(), 'models', 'tiny'));
    const program = `
      import { AppError, type Entity, loadTagger, type Tagger } from 'onomast';
      const tagger: Tagger = await loadTagger(${model});
      const found: readonly Entity[] = tagger.tag('Nobody saw Wei on day 8').entities;
      for (const { text, label, start, end, score } of found) console.log(text, label, start, end, score > 0.5);
      const refused: unknown = await loadTagger('nowhere').catch((error: unknown) => error);
      if (refused instanceof AppError) console.log(refused.code, refused.message);
      // @ts-expect-error a text is a string
      const wrong = (): unknown => tagger.tag(8);
      console.log(typeof wrong, tagger.labels.join());
    `;
    writeFileBelow(directory, 'use.mts', program);
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', 'false'];
    // What the declarations lean on must be there for everyone, so no types of Node's but those that they name.
    const types = ['--types', 'node', '--typeRoots', join(PROJECT, 'node_modules', '@types')];
    const tsc = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = spawnSync(process.execPath, [tsc, ...options, ...types, 'use.mts'], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(compiled.stdout + compiled.stderr).toBe('');
    expect(succeeded(await start(['use.mjs'], { home: directory }).ended)).toBe(
      'Wei PER 11 14 true\nunknown_model model: there is nothing at "nowhere"\nfunction LOC,ORG,PER\n',
    );
  });

  test('is declared in dist/index.d.ts', () => {
    const declarations = readFileSync(join(PROJECT, 'dist', 'index.d.ts'), 'utf8');
    for (const name of ['loadTagger', 'LoadTaggerOptions', 'AppError', 'Entity', 'Tagger', 'TaggedText', 'Token']) {
      expect(declarations).toMatch(new RegExp(`\\b${name}\\b`));
    }
  });
});
