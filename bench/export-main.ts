import { benchExports } from './export-bench.js';
import { describeMachine } from './machine.js';

/** `npm run bench:export -- [rounds]`: JSON to standard output. */
const [rounds = 5] = process.argv.slice(2).map(Number);
const machine = describeMachine();
process.stdout.write(`${JSON.stringify({ machine, ...(await benchExports({ rounds })) }, null, 2)}\n`);
