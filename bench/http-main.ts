import { benchHttp } from './http-bench.js';
import { describeMachine } from './machine.js';

/** `npm run bench:http -- [rounds] [seconds]`: JSON to standard output. */
const [rounds = 5, seconds = 10] = process.argv.slice(2).map(Number);
const machine = describeMachine();
process.stdout.write(`${JSON.stringify({ machine, ...(await benchHttp({ rounds, seconds })) }, null, 2)}\n`);
