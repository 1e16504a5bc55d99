/**
 * `npm run faults -- [NAME [count]]`: what goes wrong on purpose. Without a name, the list. Figures are printed as JSON; exit
 * code 1 at the first thing that does not hold. SEED changes what is drawn; the same seed draws the same.
 */
import { createRandom } from '#base/random.js';
import type { Fault } from './fault.js';
import { fuzzedRequests } from './fuzzed-requests.js';
import { hotSwap } from './hot-swap.js';
import { killedActivation } from './killed-activation.js';
import { killedAnnotating } from './killed-annotating.js';
import { killedMigration } from './killed-migration.js';
import { killedTraining } from './killed-training.js';
import { mutatedFiles } from './mutated-files.js';
import { overload } from './overload.js';
import { soak } from './soak.js';

const FAULTS: readonly Fault[] = [
  ...[killedAnnotating, killedTraining, killedActivation, killedMigration],
  ...[mutatedFiles, fuzzedRequests, overload, hotSwap, soak],
];

const [name, given] = process.argv.slice(2);
const fault = FAULTS.find((one) => one.name === name);
const count = given === undefined ? fault?.full : Number(given);
if (name === undefined) {
  for (const { name: own, summary, full, counted } of FAULTS)
    process.stdout.write(`${own.padEnd(20)} ${summary} (${full.toLocaleString('en')} ${counted})\n`);
} else if (fault === undefined || !Number.isInteger(count) || count! < 1) {
  process.stderr.write(
    `faults: expected a name of \`npm run faults\` and a whole number, found ${name} ${given ?? ''}\n`,
  );
  process.exitCode = 2;
} else {
  const seed = Number(process.env.SEED ?? 1);
  const startMs = performance.now();
  try {
    const figures = await fault.run(count!, createRandom(seed).fork(fault.name));
    const seconds = Math.round((performance.now() - startMs) / 1000);
    process.stdout.write(
      `${JSON.stringify({ fault: fault.name, [fault.counted]: count, seed, tookSeconds: seconds, ...figures })}\n`,
    );
    process.exit(0); // whatever still runs was meant to be killed
  } catch (error) {
    process.stderr.write(`faults: ${fault.name}: ${(error as Error).stack}\n`);
    process.exit(1);
  }
}
