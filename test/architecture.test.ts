import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** What a tagger is made of. None of it needs Node, so that the same tagger can run in a browser. */
const BELOW_TRAINING = [
  'text',
  'vectors',
  'tags',
  'kernels',
  'corpus',
  'network',
  'encoding',
  'optimizers',
  'model',
  'tagger',
  'evaluation',
] as const;

/**
 * The import table of docs/architecture.md. A right-hand side names folders of src/, or single files of a folder.
 * Not listed, since everything may import them: durable-file, errors, make-directory, random, tensor-file, version.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  text: [],
  vectors: ['text'],
  tags: [],
  kernels: [],
  corpus: ['text', 'tags'],
  network: ['kernels'],
  encoding: ['text', 'tags', 'corpus', 'vectors', 'network/sequence-layout', 'network/spellings'],
  optimizers: ['kernels', 'network'],
  model: ['text', 'tags', 'encoding', 'kernels', 'network', 'vectors'],
  tagger: ['text', 'tags', 'encoding', 'kernels', 'network/lattice', 'network/n-best', 'model'],
  evaluation: ['text', 'tags', 'corpus', 'encoding', 'model', 'tagger'],
  registry: [],
  training: [...BELOW_TRAINING, 'registry'],
  web: [...BELOW_TRAINING, 'registry', 'training'],
  cli: [...BELOW_TRAINING, 'registry', 'training'],
};
/** Leaves for those alone who may touch files. */
const FILE_LEAVES = ['durable-file', 'make-directory'];
const LEAVES = ['durable-file', 'errors', 'make-directory', 'random', 'tensor-file', 'version'];

/** The one edge between the two outermost folders: the command that serves has to wire the server. */
const CLI_TO_WEB = 'cli/serve.ts';

/** Packages and the only folder that may import each. */
const DOORS: Readonly<Record<string, string>> = {
  natural: 'text',
  'better-sqlite3': 'registry',
  express: 'web',
  ejs: 'web',
  helmet: 'web',
  zod: 'web',
  commander: 'cli',
};

/** These bring Node's files to those who need none. */
const LOADERS = [
  'corpus/read-corpus-file.ts',
  'model/model-directory.ts',
  'tagger/load-tagger.ts',
  'vectors/load-vector-table.ts',
  'kernels/select-kernels.ts',
  'kernels/simd/',
];

/** Compiled by another compiler, from another language. */
const FOREIGN = 'kernels/simd/assembly/';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith(FOREIGN))
  .sort();

/** What a module imports: static, type-only and dynamic imports, side effects, and re-exports. */
function specifiersIn(source: string): string[] {
  const code = withoutComments(source);
  const statements = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
  const calls = /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g;
  return [...code.matchAll(statements), ...code.matchAll(calls)].map(([, specifier]) => specifier);
}

/** Comments that begin a line, as all of ours do; `/*` within a text is none. */
function withoutComments(source: string): string {
  return source.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
}

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Within src, without extension: `tags/bio`; undefined for packages. */
  readonly target: string | undefined;
}

const imports: readonly Import[] = files.flatMap((from) =>
  specifiersIn(readFileSync(join(SRC, from), 'utf8')).map((specifier) => ({
    from,
    specifier,
    target: specifier.startsWith('.') ? posix.join(dirname(from), specifier).replace(/\.js$/, '') : undefined,
  })),
);

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');
const described = (list: readonly Import[]): string[] =>
  list.map(({ from, specifier }) => `${from} imports ${specifier}`);

describe('the reader of imports', () => {
  test.each([
    ["import { a } from './a.js';", ['./a.js']],
    ["import type { A } from './a.js';", ['./a.js']],
    ["import {\n  a,\n  type B,\n} from './a.js';", ['./a.js']],
    ["import a, { b } from 'a/b/c.js';", ['a/b/c.js']],
    ["import * as a from 'node:fs';", ['node:fs']],
    ["import './side-effect.js';", ['./side-effect.js']],
    ["export { a } from './a.js';\nexport * from './b.js';", ['./a.js', './b.js']],
    ["const { a } = await import('./a.js');", ['./a.js']],
    ["const a: typeof import('./a.js') = b;", ['./a.js']],
    ["/** Use `import { loadTagger } from 'onomast'`. */\n// import x from 'y';", []],
    ["export const from = 'x';\nconst text = \"import 'y'\";", []],
    ["import { a } from './a.js';\nconst b = 'from';\nimport c from './c.js';", ['./a.js', './c.js']],
  ])('%j', (source, specifiers) => {
    expect(specifiersIn(source)).toEqual(specifiers);
  });

  test('finds some in every folder but those of plain data', () => {
    expect(files.length).toBeGreaterThan(100);
    for (const folder of Object.keys(MAY_IMPORT))
      expect(imports.some(({ from }) => folderOf(from) === folder)).toBe(true);
  });
});

describe('who may import whom', () => {
  test('every folder is in the table', () => {
    expect([...new Set(files.map(folderOf))].sort()).toEqual(['', ...Object.keys(MAY_IMPORT)].sort());
  });

  test('every relative import leads to a file', () => {
    const missing = imports.filter(({ target }) => target !== undefined && !files.includes(`${target}.ts`));
    expect(described(missing)).toEqual([]);
  });

  test.each(Object.entries(MAY_IMPORT))('%s', (folder, allowed) => {
    const isAllowed = ({ from, target }: Import): boolean =>
      target === undefined ||
      folderOf(target) === folder ||
      LEAVES.includes(target) ||
      allowed.includes(folderOf(target)) ||
      allowed.includes(target) ||
      (from === CLI_TO_WEB && folderOf(target) === 'web');
    const forbidden = imports.filter((one) => folderOf(one.from) === folder && !isAllowed(one));
    expect(described(forbidden)).toEqual([]);
  });

  test('the leaves import no folder', () => {
    const isLeaf = (path = ''): boolean => LEAVES.includes(path.replace('.ts', ''));
    const forbidden = imports.filter(({ from, target }) => isLeaf(from) && target !== undefined && !isLeaf(target));
    expect(described(forbidden)).toEqual([]);
  });

  test('folders never import each other in a circle', () => {
    const reach = (folder: string, seen = new Set<string>()): Set<string> => {
      for (const next of MAY_IMPORT[folder].map((name) => name.split('/')[0])) {
        if (!seen.has(next)) reach(next, seen.add(next));
      }
      return seen;
    };
    // encoding takes a type of network, and network nothing of encoding.
    for (const folder of Object.keys(MAY_IMPORT)) expect([...reach(folder)]).not.toContain(folder);
  });

  test('the table is the one that is documented', () => {
    const documented = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
    const table = documented.split('## Who may import whom')[1].split('```')[1];
    for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
      const row = table.split('\n').find((line) => line.split('->')[0].split(/[ ,]+/).includes(folder));
      expect(row, folder).toBeDefined();
      if (['training', 'web', 'cli'].includes(folder)) expect(row, folder).toMatch(/everything above|anything above/);
      else for (const name of allowed) expect(row, folder).toContain(name);
    }
  });
});

test('every module is in the documented plan, under its folder, and no other', () => {
  const documented = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
  const plan = documented.split('## `src/`')[1].split('```')[1];
  const sections = plan.split(/^(?=[a-z]+\/ )/m);
  const nameOf = (file: string): string => posix.basename(file, '.ts');
  const isNamed = (file: string): boolean => {
    const section = sections.find((text) => text.startsWith(`${folderOf(file)}/ `)) ?? sections[0];
    return section.split(/[^a-z0-9-]+/).includes(nameOf(file));
  };
  expect(files.filter((file) => !isNamed(file))).toEqual([]);
  const compounds = plan.match(/[a-z0-9]+(?:-[a-z0-9]+)+/g) ?? [];
  expect(compounds.filter((name) => !files.map(nameOf).includes(name))).toEqual([]);
});

describe('one package, one door', () => {
  const packageOf = (specifier: string): string =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
  const packages = imports.filter(({ target, specifier }) => target === undefined && !specifier.startsWith('node:'));

  test.each(Object.entries(DOORS))('%s only in %s', (name, folder) => {
    const users = packages.filter(({ specifier }) => packageOf(specifier) === name);
    expect(users.length).toBeGreaterThan(0);
    expect(described(users.filter(({ from }) => folderOf(from) !== folder))).toEqual([]);
  });

  test('no other package is imported, and each that is installed for use has a door', () => {
    expect(described(packages.filter(({ specifier }) => !Object.hasOwn(DOORS, packageOf(specifier))))).toEqual([]);
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(Object.keys(dependencies).sort()).toEqual(Object.keys(DOORS).sort());
  });

  test('natural is entered by its tokenizers: its front door prints to standard output', () => {
    const natural = packages.filter(({ specifier }) => packageOf(specifier) === 'natural');
    expect(natural.every(({ specifier }) => specifier.startsWith('natural/lib/natural/tokenizers/'))).toBe(true);
  });
});

test('below training only the loaders import node: modules, and of the leaves only those that need files', () => {
  const isBelow = (from: string): boolean =>
    BELOW_TRAINING.some((folder) => folder === folderOf(from)) || LEAVES.includes(from.replace('.ts', ''));
  const forbidden = imports.filter(
    ({ from, specifier, target }) =>
      (specifier.startsWith('node:') || FILE_LEAVES.includes(target ?? '')) &&
      isBelow(from) &&
      !FILE_LEAVES.includes(from.replace('.ts', '')) &&
      !LOADERS.some((loader) => from.startsWith(loader)),
  );
  expect(described(forbidden)).toEqual([]);
});

describe('house style', () => {
  const sourceOf = (file: string): string => readFileSync(join(SRC, file), 'utf8');

  test('only the library has a barrel', () => {
    const onlyPassesOn = (file: string): boolean =>
      withoutComments(sourceOf(file))
        .replace(/^export\s[^;]*?\bfrom\s*['"][^'"]+['"];/gm, '')
        .trim() === '';
    expect(files.filter(onlyPassesOn)).toEqual(['index.ts']);
    expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual([]);
  });

  test('exports have names', () => {
    expect(files.filter((file) => /^export default\b/m.test(sourceOf(file)))).toEqual([]);
  });

  test('files are kebab-case', () => {
    expect(files.filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file))).toEqual(
      [],
    );
  });

  test('only the command line prints', () => {
    const prints = (file: string): boolean => /\bconsole\.\w|process\.std(?:out|err)\b/.test(sourceOf(file));
    expect(files.filter((file) => prints(file) && folderOf(file) !== 'cli')).toEqual([]);
  });

  test('all chance comes from the seed', () => {
    expect(files.filter((file) => /\bMath\.random\b/.test(sourceOf(file)))).toEqual([]);
  });
});
