import { parseArgs } from 'node:util';
import { benchBulk } from './bulk-bench.js';
import { describeMachine } from './machine.js';

/** `npm run bench:bulk -- --texts 20000 --rounds 3 --long 1000000`: JSON to standard output. */
const { values } = parseArgs({
  options: {
    texts: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    long: { type: 'string', default: '0' },
    sentences: { type: 'string', default: '5' },
  },
});
const machine = describeMachine();
const options = {
  texts: Number(values.texts),
  rounds: Number(values.rounds),
  long: Number(values.long),
  sentences: Number(values.sentences),
};
process.stdout.write(`${JSON.stringify({ machine, ...(await benchBulk(options)) }, null, 2)}\n`);
