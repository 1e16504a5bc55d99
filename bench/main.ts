import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchColdStart } from './cold-start-bench.js';
import { benchInference } from './inference-bench.js';
import { benchKernels } from './kernels-bench.js';
import { describeMachine } from './machine.js';
import { createPyTorchPeer, type Peer } from './peer.js';
import { type BenchReport, formatReport } from './report.js';
import { benchScaling, CORPUS_TOKENS } from './scaling-bench.js';
import { benchSkipGram } from './skip-gram-bench.js';
import { benchTraining } from './training-bench.js';

const SECTIONS = ['kernels', 'training', 'inference', 'scaling', 'vectors'] as const;
type Section = (typeof SECTIONS)[number];

const HELP = `npm run bench -- [options]

  --json            one JSON object instead of tables
  --peer pytorch    train and tag with PyTorch too, in turns with our own runs
  --quick           a first impression in about a minute
  --only SECTION    ${SECTIONS.join(', ')}; may be given several times

Results go to standard output, progress to standard error.
`;

/** How often and how long; medians of several rounds are worth more than one long one on a machine that others use. */
const THOROUGH = { rounds: 5, seconds: 1, kernelRuns: 15, starts: 15, sizes: CORPUS_TOKENS };
const QUICK = { rounds: 1, seconds: 0.3, kernelRuns: 3, starts: 3, sizes: CORPUS_TOKENS.slice(0, 3) };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      peer: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [...SECTIONS] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const effort = values.quick ? QUICK : THOROUGH;
  const peer = peerCalled(values.peer);
  const wanted = new Set(values.only.map(sectionCalled));
  const machine = describeMachine();

  const report: Omit<BenchReport, 'machine'> = {
    peer: peer?.identity ?? null,
    ...(wanted.has('kernels') && { kernels: measure('kernels', () => benchKernels({ runs: effort.kernelRuns })) }),
    ...(wanted.has('training') && (await benchTraining({ ...effort, progress, ...(peer && { peer }) }))),
    ...(wanted.has('inference') && {
      inference: await benchInference({ ...effort, progress }),
      coldStart: measure('cold start', () => benchColdStart(effort.starts)),
    }),
    ...(wanted.has('scaling') && { scaling: await benchScaling({ ...effort, progress }) }),
    ...(wanted.has('vectors') && { vectors: benchSkipGram({ ...effort, progress }) }),
  };
  const whole: BenchReport = { machine: { ...machine, loadAfter: loadavg()[0] }, ...report };
  process.stdout.write(`${values.json ? JSON.stringify(whole, null, 2) : formatReport(whole)}\n`);
}

function measure<Result>(name: string, bench: () => Result): Result {
  progress(name);
  return bench();
}

function progress(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function peerCalled(name: string | undefined): Peer | undefined {
  if (name === undefined) return undefined;
  if (name !== 'pytorch') throw new TypeError(`--peer: expected pytorch, found "${name}"`);
  return createPyTorchPeer();
}

function sectionCalled(name: string): Section {
  const section = SECTIONS.find((known) => known === name);
  if (!section) throw new TypeError(`--only: expected one of ${SECTIONS.join(', ')}, found "${name}"`);
  return section;
}

try {
  await main();
} catch (error) {
  const { message, cause } = error as Error;
  process.stderr.write(`bench: ${message}${cause instanceof Error ? `\n${cause.message}` : ''}\n`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
