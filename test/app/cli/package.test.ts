import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPacked } from '../../helpers/packed-package.js';
import { corpusText } from './helpers.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const TSC = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc');
let folder = '';
beforeAll(() => {
  ({ folder } = installPacked());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, args: readonly string[] = []) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...args, program], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
};
const typecheck = (options: Readonly<Record<string, unknown>>, file: string): string => {
  const config = join(folder, 'tsconfig.json');
  // What the declarations lean on must be there for everyone.
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    target: 'es2022',
    types: ['node'],
    noEmit: true,
    ...options,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  const { stdout } = spawnSync(process.execPath, [TSC, '-p', config], { cwd: folder, encoding: 'utf8' });
  return stdout;
};

const USES = `
  const used = async (): Promise<string> => {
    const tagger: Tagger = await loadTagger('names-en');
    const scores: Evaluation = await evaluate(tagger, 'mine.conll');
    const { path } = await train({ train: 'mine.conll', output: 'mine', settings: { hidden_size: 8 } });
    const all: readonly ListedModel[] = await models();
    const router: TaggerRouter = createTaggerRouter(tagger, { limits: { texts: 5 } });
    const redacted = createRedactor(tagger).redact('Ada').text;
    const inBrowser: Promise<{ readonly labels: readonly string[] }> = loadInBrowser('/models/en/');
    return [scores.micro.f1, path, all.length, router.length, redacted, inBrowser].join();
  };
  // @ts-expect-error output is missing
  const wrong = () => train({ train: 'mine.conll' });
  // @ts-expect-error a tagger, not its name
  const mistaken = () => createTaggerRouter('names-en');
  console.log(typeof used, typeof wrong, typeof mistaken);
`;
const IMPORTS = `
  import { type Evaluation, evaluate, type ListedModel, loadTagger, models, type Tagger, train } from 'onomast';
  import { loadTagger as loadInBrowser } from 'onomast/browser';
  import { createTaggerRouter, type TaggerRouter } from 'onomast/express';
  import { createRedactor } from 'onomast/redaction';
`;

describe('the packed package', () => {
  test.each([
    ['nodenext', { module: 'nodenext' }, 'use.mts', IMPORTS],
    ['nodenext, required from CommonJS', { module: 'nodenext' }, 'use.cts', IMPORTS],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'] }, 'use.ts', IMPORTS],
  ])('has types under %s', (_, options, file, imports) => {
    writeFileSync(join(folder, file), `${imports}${USES}`);
    expect(typecheck(options, file)).toBe('');
  });

  test('has types that need no Node for onomast/browser', () => {
    writeFileSync(
      join(folder, 'page.ts'),
      "import { loadTagger } from 'onomast/browser';\nconst labels: readonly string[] = (await loadTagger(new URL('https://x.example/'))).labels;\nconsole.log(labels);\n",
    );
    const options = { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [] };
    expect(typecheck(options, 'page.ts')).toBe('');
  });

  test('holds the word vectors once and no source maps, and finds the vectors', () => {
    const files = readdirSync(join(folder, 'node_modules', 'onomast'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /vectors\.safetensors$|en\.safetensors$/.test(file))).toEqual([
      join('models', 'names-en', 'vectors.safetensors'),
    ]);
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
    writeFileSync(
      join(folder, 'vectors.mjs'),
      `import { chooseVectors } from './node_modules/onomast/dist/app/services/choose-vectors.js';
       const sentence = { words: ['the', 'old', 'city'], tags: ['O', 'O', 'O'], document: 0, source: { file: '', line: 1 } };
       console.log(chooseVectors('auto', [sentence]).notice);`,
    );
    expect(run('vectors.mjs')).toMatch(/^pretrained vectors: .* 80000 words; they know 100\.0 %/);
  });

  test('is required from CommonJS, every door of it', () => {
    writeFileSync(
      join(folder, 'use.cjs'),
      `const names = ['onomast', 'onomast/express', 'onomast/redaction', 'onomast/browser'];
       console.log(names.map((name) => Object.keys(require(name)).sort().join()).join('\\n'));
       require('onomast').loadTagger().then((tagger) => console.log(tagger.tag('Ada Lovelace met José.').entities.length));`,
    );
    // Node 20 says that requiring modules is an experiment.
    expect(run('use.cjs', ['--no-warnings']).trim().split('\n')).toEqual([
      'AppError,FORMAT_NAMES,check,convert,evaluate,loadTagger,loadVectorTable,models,readCorpus,readDocuments,train,writeDocuments',
      'createTaggerRouter',
      'PERSONAL_DATA,createRedactor,phoneFinder,restoreText',
      'AppError,loadTagger',
      '2',
    ]);
  });

  test('trains, evaluates and lists models, and writes nowhere but where it was told', () => {
    writeFileSync(join(folder, 'mine.conll'), corpusText(30));
    writeFileSync(
      join(folder, 'train.mjs'),
      `import { evaluate, loadTagger, models, readCorpus, train } from 'onomast';
       const reports = new Set();
       const settings = { max_epochs: 2, hidden_size: 4, word_dimension: 4, vectors: 'none' };
       const { path, meta, dev } = await train({ train: 'mine.conll', output: 'mine', recipe: 'names', settings, workers: 1, onReport: ({ type }) => reports.add(type) });
       const tagger = await loadTagger(path);
       const [byFile, bySentences] = [await evaluate(tagger, 'mine.conll'), await evaluate(tagger, (await readCorpus('mine.conll')).sentences)];
       console.log(JSON.stringify([path, meta.labels, typeof dev.micro.f1, [...reports].sort(), byFile.sentences, JSON.stringify(byFile) === JSON.stringify(bySentences)]));
       console.log(JSON.stringify((await models()).map(({ spec, isActive }) => [spec, isActive])));
       const say = ({ code, message }) => console.log(code, message);
       for (const wrong of [undefined, {}, { train: [] , output: 'x' }, { train: 'mine.conll' }, { train: 'mine.conll', output: 'x', workers: 0 }, { train: 'mine.conll', output: 'x', epochs: 5 }, { train: 'mine.conll', output: 'x', settings: { hidden_size: -1 } }, { train: 'nowhere.conll', output: 'x' }]) await train(wrong).catch(say);
       await evaluate('names-en', 'mine.conll').catch(say);
       await evaluate(tagger, 8).catch(say);`,
    );
    const lines = run('train.mjs').trim().split('\n');
    expect(JSON.parse(lines[0])).toEqual([
      expect.stringMatching(/mine$/),
      ['LOC', 'ORG', 'PER'],
      'number',
      ['epoch', 'fold', 'remark', 'start', 'step'],
      30,
      true,
    ]);
    expect(JSON.parse(lines[1])).toEqual([['names-en@0', true]]);
    expect(lines.slice(2)).toEqual([
      'invalid_argument train: "options" must be an object, found undefined',
      'invalid_argument train: "train" must be a file, or a list of files, found undefined',
      'invalid_argument train: "train" must be a file, or a list of files, found a list of 0',
      'invalid_argument train: "output" must name a directory, found undefined',
      'invalid_argument train: "workers" must be a whole number above 0, found number',
      expect.stringMatching(/^invalid_argument train: there is no option "epochs", only train, dev/),
      expect.stringMatching(/^invalid_config settings: "hidden_size" must be/),
      'not_found nowhere.conll: expected a file, found none',
      'invalid_argument evaluate: "tagger" must be what loadTagger gives, found string',
      'invalid_argument evaluate: "annotated" must be a file, or a list of files, found number',
    ]);
    expect(readdirSync(folder)).not.toContain('data');
    expect(readFileSync(join(folder, 'mine', 'meta.json'), 'utf8')).toContain('"name": "mine"');
  });
});
