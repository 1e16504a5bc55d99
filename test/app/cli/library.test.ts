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

  test('without an argument, or by its name, it is the model that ships; wrong arguments are refused in a sentence', async () => {
    const directory = consumer();
    const program = `
      import { loadTagger } from 'onomast';
      const say = (one) => console.log(JSON.stringify(one));
      const [first, named] = [await loadTagger(), await loadTagger('names-en')];
      say([first.model.id, first.model.sha256 === named.model.sha256]);
      say(first.tag('Yesterday Ada Lovelace wrote a letter.').entities.map(({ text, label }) => [text, label]));
      for (const wrong of [8, null, '']) await loadTagger(wrong).catch(({ code, message }) => say([code, message]));
      const refused = (call) => { try { say(call()); } catch ({ code, message }) { say([code, message]); } };
      for (const text of [undefined, null, 8, ['Ada'], {}]) refused(() => first.tag(text));
      for (const threshold of [5, -1, NaN, '0.5', null]) refused(() => first.tag('Ada', { threshold }));
      refused(() => first.tag('Ada', null));
      refused(() => first.tagAll('Ada'));
      refused(() => first.tagAll(['Ada', 8]));
      refused(() => first.tagWords(['Ada met Bo']));
      refused(() => first.tagWords([['Ada', 8]]));
    `;
    writeFileBelow(directory, 'use.mjs', program);
    const said = succeeded(await start(['use.mjs'], { home: directory }).ended)
      .trim()
      .split('\n');
    const invalid = (message: string) => ['invalid_argument', message];
    expect(said.map((line) => JSON.parse(line))).toEqual([
      ['names-en', true],
      [['Ada Lovelace', 'PER']],
      ...['number', 'object', '""'].map((found) =>
        invalid(`loadTagger: "model" must be a directory or names-en, found ${found}`),
      ),
      ...['undefined', 'null', '8', 'an array', 'an object'].map((found) =>
        invalid(`tag: "text" must be a string, found ${found}`),
      ),
      ...['5', '-1', 'NaN', '"0.5"', 'null'].map((found) =>
        invalid(`tag: "threshold" must be a number from 0 to 1, found ${found}`),
      ),
      invalid('tag: "options" must be an object, found null'),
      invalid('tag: "texts" must be an array of strings, found "Ada"'),
      invalid('tag: text 1 must be a string, found 8'),
      invalid('tagWords: sentence 0 must be an array of words, found "Ada met Bo"'),
      invalid('tagWords: word 1 of sentence 0 must be a string, found 8'),
    ]);
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
