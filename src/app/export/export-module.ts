import { gzipSync } from 'node:zlib';
import { readModelFiles } from '#tagging/model/model-directory.js';
import { partsOf } from '#tagging/model/model-files.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { readBuilt } from './built-files.js';
import type { EmbeddedModel } from './module-runtime.js';
import { encodeZ85 } from './z85.js';

const RUNTIME = 'module-runtime.bundle.js';
const KERNELS = '../../engine/kernels/simd/simd-unshared.wasm';

/** Names and none, in several scripts, cases and layouts: what an exported module is tried on when it is loaded. */
const TEST_TEXTS: readonly string[] = [
  'Ada Lovelace met José in Zürich.',
  'He said, Teddy bears are on sale.',
  'He said, Teddy Roosevelt was a great President.',
  'Mina Roy left Vextor Ltd. for Delta Corp. in May.',
  '😀 Sarah and Omar O’Neill flew from São Paulo to New York.',
  'the rain in spain stays mainly in the plain',
  'MINISTER MEETS UNIONS IN OSLO',
  'Contact: ravi@vextor.example\nAnders Lind\tOslo\nTel. 555-0199',
  'ΑΘΗΝΑ, Москва, القاهرة',
  '',
];
/** Scripts without spaces are cut by a dictionary of the host, which takes longer to load than all else: for `check` alone. */
const TEXTS_FOR_CHECK: readonly string[] = ['李小明在北京工作。'];

export interface ExportedModule {
  readonly text: string;
  /** Of the file, in UTF-8. */
  readonly bytes: number;
}

/**
 * One ES module without dependencies: the tagger of a model directory, its data and a test vector. It exports `loadTagger`
 * and `check`, and runs wherever there are WebAssembly (or patience) and `DecompressionStream`.
 *
 * @throws {AppError} `damaged_model`, `incompatible_model`, `unknown_model`; `io_error` if the program was not built.
 */
export async function exportModule(path: string, identity: EmbeddedModel['identity']): Promise<ExportedModule> {
  const tagger = await loadTagger(path, { identity, kernels: 'simd' });
  const { meta, parts } = readModelFiles(path);
  const pieces: Uint8Array[] = [];
  const places: Record<string, [number, number]> = {};
  let length = 0;
  const add = (name: string, bytes: Uint8Array): void => {
    places[name] = [length, length + bytes.length];
    length += bytes.length;
    pieces.push(bytes);
  };
  for (const name of partsOf(meta)) add(name, parts[name]!);
  add('kernels', readBuilt(KERNELS));
  const data = gzipSync(Buffer.concat(pieces), { level: 9 });
  const embedded: EmbeddedModel = {
    identity,
    meta: { ...meta, performance: {} },
    parts: places,
    bytes: data.length,
    vector: [...TEST_TEXTS, ...TEXTS_FOR_CHECK].map((text) => ({
      text,
      ...(TEXTS_FOR_CHECK.includes(text) && { isForCheck: true }),
      entities: tagger.tag(text).entities.map(({ start, end, label, score }) => ({ start, end, label, score })),
    })),
  };
  const text = [
    // Nothing but ASCII, here and in all that follows: hosts read such a file in half the time.
    `// ${commentOf(identity.id)}, a name tagger made with Onomast ${meta.onomast}. Licence of the model: ${commentOf(meta.license)}.`,
    "// import { loadTagger } from './tagger.mjs'; const tagger = await loadTagger(); tagger.tag('...').entities",
    `const ONOMAST_MODEL=${asAscii(JSON.stringify(embedded))};`,
    `const ONOMAST_DATA='${encodeZ85(data)}';`,
    asAscii(readBuilt(RUNTIME).toString('utf8')),
  ].join('\n');
  return { text, bytes: Buffer.byteLength(text) };
}

/** On one line and in ASCII: what a model says of itself must not end the comment. */
function commentOf(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 200);
}

/** The same program: within texts, patterns and names an escape stands for its character; nothing of ours reads raw templates. */
function asAscii(program: string): string {
  return program.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
