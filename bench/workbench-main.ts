import { describeMachine } from './machine.js';
import { benchWorkbench } from './workbench-bench.js';

/** `npm run bench:workbench -- [words] [documents]`: JSON to standard output. */
const [words = 100, documents = 1000] = process.argv.slice(2).map(Number);
const machine = describeMachine();
process.stdout.write(`${JSON.stringify({ machine, ...(await benchWorkbench({ words, documents })) }, null, 2)}\n`);
