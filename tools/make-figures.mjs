// Measures what docs/how-it-works.md tells of: draws its figures into docs/images, and writes its tables between the
// `measured` comments, so that no number there is anybody's memory. Trains on the bundled corpus, from fixed seeds;
// only times, and what the minibatches get done in them, differ from run to run.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gradientCheck } from './figures/gradient-check.mjs';
import { initialization } from './figures/initialization.mjs';
import { lookAhead } from './figures/look-ahead.mjs';
import { minibatches } from './figures/minibatches.mjs';
import { optimizers } from './figures/optimizers.mjs';
import { corpus } from './figures/training.mjs';
import { variants } from './figures/variants.mjs';

const MEASUREMENTS = {
  initialization,
  optimizers,
  minibatches,
  'gradient-check': gradientCheck,
  'look-ahead': lookAhead,
  variants,
};
/** Only when asked for: half an hour. */
const LONG = ['variants'];

const USAGE = `Usage: npm run figures -- [NAME...]

  NAME  ${Object.keys(MEASUREMENTS).join(', ')} (default: all but ${LONG.join(', ')}, about four minutes)`;

const DOCUMENT = fileURLToPath(new URL('../docs/how-it-works.md', import.meta.url));
const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(MEASUREMENTS, name));
if (unknown !== undefined) {
  console.error(unknown === '--help' ? USAGE : `make-figures: there is no figure "${unknown}"\n\n${USAGE}`);
  process.exit(unknown === '--help' ? 0 : 2);
}
const chosen = names.length > 0 ? names : Object.keys(MEASUREMENTS).filter((name) => !LONG.includes(name));

await insert('corpus', corpusTable());
for (const name of chosen) {
  const start = performance.now();
  const { figures, tables } = await MEASUREMENTS[name]();
  for (const [figure, svg] of Object.entries(figures)) await writeFile(`${IMAGES}${figure}.svg`, svg);
  for (const [table, lines] of Object.entries(tables)) await insert(table, lines);
  console.error(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}

/** Prints a table and puts it in its place in the document. */
async function insert(name, lines) {
  console.log(`${lines.join('\n')}\n`);
  const document = await readFile(DOCUMENT, 'utf8');
  const [before, after] = [`<!-- measured: ${name} -->\n`, `<!-- end of ${name} -->`];
  const from = document.indexOf(before) + before.length;
  const to = document.indexOf(after);
  if (from < before.length || to < from) throw new Error(`${DOCUMENT}: expected "${before.trim()}" and "${after}"`);
  await writeFile(DOCUMENT, `${document.slice(0, from)}\n${lines.join('\n')}\n\n${document.slice(to)}`);
}

function corpusTable() {
  const rows = Object.values(corpus).map(({ name, sentences }) => {
    const tokens = sentences.reduce((sum, { words }) => sum + words.length, 0);
    const entities = sentences.reduce((sum, { tags }) => sum + tags.filter((tag) => tag.startsWith('B-')).length, 0);
    return `| ${name} | ${[sentences.length, tokens, entities].map((count) => count.toLocaleString('en')).join(' | ')} |`;
  });
  return ['| part | sentences | tokens | names |', '|---|---|---|---|', ...rows];
}
