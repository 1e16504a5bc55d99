import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Fault, must, tally } from './fault.js';
import type { MutatedFilesMessage, MutatedFilesStart } from './mutated-files-reader.js';
import { megabytesOf, newHome } from './program.js';

const READER = fileURLToPath(new URL('./mutated-files-reader.ts', import.meta.url));
/** A file of some kilobytes that takes longer than this hangs. */
const SLOWEST_MS = 20_000;
/** Of the process that reads, whatever a file says of its lengths. */
const MOST_MEGABYTES = 900;

/** Another process reads them: a crash, a hang or a process that takes all memory is seen from outside. */
export const mutatedFiles: Fault = {
  name: 'mutated-files',
  summary: 'damaged and forged models, vectors, corpora and archives: a clear error or a correct load',
  counted: 'files',
  full: 10_000,
  async run(count, random) {
    const reader = fork(READER, { execArgv: [...process.execArgv, '--max-old-space-size=512'] });
    const { count: note, counts } = tally();
    let current: unknown = 'nothing yet';
    let slowestMs = 0;
    let mostMegabytes = 0;
    try {
      await new Promise<void>((resolve, reject) => {
        let begunMs = performance.now();
        const watch = setInterval(() => {
          mostMegabytes = Math.max(mostMegabytes, megabytesOf(reader, 'VmHWM'));
          if (mostMegabytes > MOST_MEGABYTES) reject(new Error(`${mostMegabytes} MB for ${JSON.stringify(current)}`));
          if (performance.now() - begunMs > SLOWEST_MS) reject(new Error(`it hangs with ${JSON.stringify(current)}`));
        }, 100);
        reader.once('exit', (status, signal) => {
          clearInterval(watch);
          reject(new Error(`the reader ended (${status ?? signal}) with ${JSON.stringify(current)}`));
        });
        reader.on('message', (message: MutatedFilesMessage) => {
          if (message.type === 'done') {
            clearInterval(watch);
            resolve();
          } else if (message.type === 'begins') {
            current = message;
            begunMs = performance.now();
          } else if (message.problem !== undefined) reject(new Error(`${message.problem}\n${JSON.stringify(current)}`));
          else {
            slowestMs = Math.max(slowestMs, performance.now() - begunMs);
            note(`${message.kind}: ${message.outcome}`);
          }
        });
        const start: MutatedFilesStart = { directory: newHome(), count, seed: random.uint32() };
        reader.send(start);
      });
    } finally {
      reader.removeAllListeners('exit').kill('SIGKILL');
    }
    must(Object.values(counts).reduce((sum, each) => sum + each, 0) === count, 'not all were read', counts);
    return { ...counts, slowestMs: Math.round(slowestMs), mostMegabytes: Math.round(mostMegabytes) };
  },
};
