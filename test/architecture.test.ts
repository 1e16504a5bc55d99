import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const DOCUMENT = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
/** The first block of code after a heading of the document. */
const blockAfter = (heading: string): string[] =>
  DOCUMENT.split(`## ${heading}\n`)[1]
    .split('```')[1]
    .split('\n')
    .filter((line) => line.trim() !== '');

/** Which rooms a room may import: the documented table itself. A wing on the right stands for all of its rooms. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  blockAfter('Who may import whom').map((line) => {
    const [room, allowed] = line.trim().split(/ {2,}/);
    return [room, allowed.split(', ')];
  }),
);

/** What programs import: `onomast`, `onomast/redaction` and so on. */
const LIBRARIES = ['browser.ts', 'express.ts', 'index.ts', 'redaction.ts'];

/** Packages and the only room that may import each. */
const DOORS: Readonly<Record<string, string>> = {
  natural: 'annotation/text',
  entities: 'annotation/text',
  'better-sqlite3': 'app/store',
  'modern-tar': 'app/services',
  express: 'app/http',
  ejs: 'app/http',
  helmet: 'app/http',
  zod: 'app/http',
  commander: 'app/cli',
  pino: 'app/cli',
  'prom-client': 'app/http',
  saxes: 'app/http',
  'linkify-it': 'app/redaction',
  validator: 'app/redaction',
  'libphonenumber-js': 'app/redaction',
  bullmq: 'app/bulk',
  ioredis: 'app/bulk',
  'lit-html': 'app/browser',
  'd3-scale': 'app/shared',
  'd3-shape': 'app/shared',
};
/** Bundled when the program is built: nothing of them is installed with it. */
const BUNDLED: readonly string[] = ['lit-html'];

/** Who may use Node's own modules and the rooms of files: all others can run in a browser. */
const WITH_FILES = [
  'base/files/',
  'annotation/reading/read-corpus-file.ts',
  'annotation/lint/check-corpora.ts',
  'tagging/model/model-directory.ts',
  'tagging/tagger/load-tagger.ts',
  'tagging/vectors/load-vector-table.ts',
  'engine/kernels/select-kernels.ts',
  'engine/kernels/simd/load-module.ts',
  'training/',
  'app/',
  'express.ts',
  'index.ts',
  'redaction.ts',
];
/** Of those, the rooms and files that are bundled for browsers. */
const BUNDLED_ROOMS = [
  'app/shared/',
  'app/learn/',
  'app/browser/',
  'app/export/browser-tagger.ts',
  'app/export/bundled-kernels.ts',
  'app/export/module-runtime.ts',
  'app/export/onnx-names.ts',
  'app/export/onnx-runtime.ts',
  'app/export/z85.ts',
];

/** What makes tables of vectors is for services and tools. */
const BUILDERS = 'tagging/vectors/build';
/** Compiled by another compiler, from another language. */
const FOREIGN = 'engine/kernels/simd/assembly/';

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
    target: targetOf(from, specifier),
  })),
);

function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier).replace(/\.js$/, '');
  return specifier.startsWith('#') ? specifier.slice(1).replace(/\.js$/, '') : undefined;
}

const isWithin = (path: string, room: string): boolean => path.startsWith(`${room}/`);
/** The innermost room of the table that a file lies in; '' for the library. */
const roomOf = (path: string): string =>
  Object.keys(MAY_IMPORT)
    .filter((room) => isWithin(path, room))
    .sort((a, b) => b.length - a.length)[0] ?? '';
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

  test('finds some in every room', () => {
    expect(files.length).toBeGreaterThan(100);
    for (const room of Object.keys(MAY_IMPORT).filter((name) => name !== 'base' && name !== 'annotation/tags'))
      expect(
        imports.some(({ from }) => roomOf(from) === room),
        room,
      ).toBe(true);
  });
});

describe('who may import whom', () => {
  test('every file but the library lies in a room of the table', () => {
    expect(files.filter((file) => roomOf(file) === '')).toEqual(LIBRARIES);
  });

  test('every import leads to a file', () => {
    const missing = imports.filter(({ target }) => target !== undefined && !files.includes(`${target}.ts`));
    expect(described(missing)).toEqual([]);
  });

  test('imports of other folders say the whole way, those of the same folder are short', () => {
    const odd = imports.filter(
      ({ from, specifier, target }) =>
        target !== undefined &&
        !LIBRARIES.includes(from) &&
        specifier.startsWith('./') !== (dirname(from) === dirname(target)),
    );
    expect(described(odd)).toEqual([]);
  });

  test.each(Object.entries(MAY_IMPORT))('%s', (room, allowed) => {
    const isAllowed = ({ target }: Import): boolean => {
      if (target === undefined || roomOf(target) === room || allowed.includes(roomOf(target))) return true;
      // A wing stands for its rooms, but not for those that have a line of their own for a reason.
      const isOfWing = allowed.some((name) => !name.includes('/') && isWithin(target, name));
      return isOfWing && (roomOf(target) !== BUILDERS || room === 'app/services');
    };
    const forbidden = imports.filter((one) => roomOf(one.from) === room && !isAllowed(one));
    expect(described(forbidden)).toEqual([]);
  });

  test('rooms never import each other in a circle', () => {
    const roomsOf = (name: string): string[] =>
      Object.keys(MAY_IMPORT).filter((room) => room === name || (!name.includes('/') && isWithin(room, name)));
    const reach = (room: string, seen = new Set<string>()): Set<string> => {
      for (const next of MAY_IMPORT[room].flatMap(roomsOf)) if (!seen.has(next)) reach(next, seen.add(next));
      return seen;
    };
    // base/ is one room with a folder of its own.
    for (const room of Object.keys(MAY_IMPORT).filter((name) => !/^base/.test(name)))
      expect([...reach(room)], room).not.toContain(room);
  });

  test('files never import each other in a circle, types included', () => {
    const targets = new Map<string, string[]>(files.map((file) => [file, []]));
    for (const { from, target } of imports) if (target !== undefined) targets.get(from)?.push(`${target}.ts`);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of targets.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });
});

test('every folder is in the documented plan, and no other', () => {
  const stack: string[] = [];
  const planned = blockAfter('`src/`').flatMap((line) => {
    const [, indent, name] = /^( *)([a-z]+)\/ /.exec(line) ?? [];
    if (name === undefined || indent.length > 4) return [];
    stack.length = indent.length / 2;
    stack.push(name);
    return [stack.join('/')];
  });
  const real = new Set(files.filter((file) => file.includes('/')).map((file) => dirname(file)));
  for (const folder of [...real]) if (folder.includes('/')) real.add(folder.slice(0, folder.indexOf('/')));
  real.delete('engine/kernels/simd');
  expect(planned.sort()).toEqual([...real].sort());
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
    expect(described(users.filter(({ from }) => roomOf(from) !== folder))).toEqual([]);
  });

  test('no other package is imported, and each that is installed for use has a door', () => {
    expect(described(packages.filter(({ specifier }) => !Object.hasOwn(DOORS, packageOf(specifier))))).toEqual([]);
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).sort()).toEqual(
      Object.keys(DOORS)
        .filter((name) => !BUNDLED.includes(name))
        .sort(),
    );
  });

  test('natural is entered by its tokenizers: its front door prints to standard output', () => {
    const natural = packages.filter(({ specifier }) => packageOf(specifier) === 'natural');
    expect(natural.every(({ specifier }) => specifier.startsWith('natural/lib/natural/tokenizers/'))).toBe(true);
  });
});

test('tagger and readers are handed a tokenizer, and import none: it belongs to the model', () => {
  const makers = ['annotation/text/word-tokenizer', 'annotation/text/tokenizers', 'annotation/text/sentence-splitter'];
  // The door of the readers alone knows what to take where nobody says anything.
  const users = imports.filter(
    ({ from, target }) =>
      makers.includes(target ?? '') &&
      /^(?:tagging\/tagger|annotation\/(?:reading|formats|alignment))\//.test(from) &&
      from !== 'annotation/reading/read-documents.ts',
  );
  expect(described(users)).toEqual([]);
});

test('what runs in a browser imports no node: module and nothing that does', () => {
  const isBelow = (path: string, starts: readonly string[]): boolean => starts.some((start) => path.startsWith(start));
  const mayUse = (path: string): boolean => isBelow(path, WITH_FILES) && !isBelow(path, BUNDLED_ROOMS);
  const forbidden = imports.filter(
    ({ from, specifier, target }) =>
      !mayUse(from) && (specifier.startsWith('node:') || (target !== undefined && mayUse(`${target}.ts`))),
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
    expect(files.filter(onlyPassesOn)).toEqual(LIBRARIES);
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
    expect(files.filter((file) => prints(file) && roomOf(file) !== 'app/cli')).toEqual([]);
  });

  test('all chance comes from the seed', () => {
    expect(files.filter((file) => /\bMath\.random\b/.test(sourceOf(file)))).toEqual([]);
  });
});
