// Measures what docs/how-it-works.md tells of: draws its figures into docs/images, and writes its tables between the
// `measured` comments, so that no number there is anybody's memory. Trains on the bundled corpus, from fixed seeds;
// only times, and what the minibatches get done in them, differ from run to run.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT } from './build/paths.js';
import { gradientCheck } from './figures/gradient-check.js';
import { initialization } from './figures/initialization.js';
import { lookAhead } from './figures/look-ahead.js';
import type { Measurement, Scale } from './figures/measurement.js';
import { minibatches } from './figures/minibatches.js';
import { optimizers } from './figures/optimizers.js';
import { corpus } from './figures/training.js';
import { variants } from './figures/variants.js';

const MEASUREMENTS: Readonly<Record<string, (scale: Scale) => Promise<Measurement>>> = {
  initialization,
  optimizers,
  minibatches,
  'gradient-check': gradientCheck,
  'look-ahead': lookAhead,
  variants,
};
/** Only when asked for: half an hour. */
const LONG = ['variants'];

const USAGE = `Usage: npm run figures -- [options] [NAME...]

  NAME       ${Object.keys(MEASUREMENTS).join(', ')} (default: all but ${LONG.join(', ')}, about four minutes)
  --out DIR  where how-it-works.md and images/ are (default: docs)
  --quick    a few sentences and epochs, to try this script; only with --out`;

const { values: flags, positionals: names } = readArguments();
const out = resolve(flags.out ?? join(PROJECT, 'docs'));
const page = join(out, 'how-it-works.md');
const images = join(out, 'images');
const scale: Scale = { isQuick: flags.quick };
const chosen = names.length > 0 ? names : Object.keys(MEASUREMENTS).filter((name) => !LONG.includes(name));

await mkdir(images, { recursive: true });
await insert('corpus', corpusTable());
for (const name of chosen) {
  const start = performance.now();
  const { figures, tables } = await MEASUREMENTS[name](scale);
  for (const [figure, svg] of Object.entries(figures)) await writeFile(join(images, `${figure}.svg`), svg);
  for (const [table, lines] of Object.entries(tables)) await insert(table, lines);
  console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        out: { type: 'string' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(USAGE);
      process.exit();
    }
    const unknown = positionals.find((name) => !Object.hasOwn(MEASUREMENTS, name));
    if (unknown !== undefined) throw new TypeError(`there is no figure "${unknown}"`);
    if (values.quick && values.out === undefined)
      throw new TypeError('--quick makes no figures to show: give --out too');
    return { values, positionals };
  } catch (error) {
    console.error(`make-figures: ${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Prints a table and puts it in its place in the document. */
async function insert(name: string, lines: readonly string[]): Promise<void> {
  console.log(`${lines.join('\n')}\n`);
  const document = await readFile(page, 'utf8');
  const [before, after] = [`<!-- measured: ${name} -->\n`, `<!-- end of ${name} -->`];
  const from = document.indexOf(before) + before.length;
  const to = document.indexOf(after);
  if (from < before.length || to < from) throw new Error(`${page}: expected "${before.trim()}" and "${after}"`);
  await writeFile(page, `${document.slice(0, from)}\n${lines.join('\n')}\n\n${document.slice(to)}`);
}

function corpusTable(): string[] {
  const rows = Object.values(corpus).map(({ name, sentences }) => {
    const tokens = sentences.reduce((sum, { words }) => sum + words.length, 0);
    const entities = sentences.reduce((sum, { tags }) => sum + tags.filter((tag) => tag.startsWith('B-')).length, 0);
    return `| ${name} | ${[sentences.length, tokens, entities].map((count) => count.toLocaleString('en')).join(' | ')} |`;
  });
  return ['| part | sentences | tokens | names |', '|---|---|---|---|', ...rows];
}
