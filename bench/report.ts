import type { ColdStart } from './cold-start-bench.js';
import type { InferenceRow } from './inference-bench.js';
import type { KernelBench } from './kernels-bench.js';
import type { Machine } from './machine.js';
import { geometricMean, median } from './median.js';
import type { PeerIdentity } from './peer.js';
import type { ScalingRow } from './scaling-bench.js';
import type { SkipGramRow } from './skip-gram-bench.js';
import { table } from './table.js';
import type { SpeedRow, TrainingBench } from './training-bench.js';

/** Everything that was measured; a section that was left out is absent. */
export interface BenchReport extends Partial<TrainingBench> {
  readonly machine: Machine & { readonly loadAfter: number };
  readonly peer: PeerIdentity | null;
  readonly kernels?: KernelBench;
  readonly inference?: readonly InferenceRow[];
  readonly coldStart?: ColdStart;
  readonly scaling?: readonly ScalingRow[];
  readonly vectors?: readonly SkipGramRow[];
}

export function formatReport(report: BenchReport): string {
  const { kernels, training, tagging, inference, coldStart, scaling, vectors } = report;
  const peerName = report.peer?.name ?? null;
  const sections = [
    formatMachine(report),
    kernels && formatKernels(kernels),
    training && formatTraining(training, peerName),
    tagging && formatTagging(tagging, peerName),
    inference && formatInference(inference),
    coldStart && formatColdStart(coldStart),
    scaling && formatScaling(scaling),
    vectors && formatSkipGram(vectors),
  ];
  return sections.filter((section) => section !== undefined).join('\n\n');
}

function formatMachine({ machine, peer }: BenchReport): string {
  const { processor, cores, memoryBytes, system, node, loadBefore, loadAfter } = machine;
  const idle = 'on an idle machine the load before is near 0';
  return [
    `${processor}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB; ${system}; Node ${node}`,
    `load ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after; ${idle}`,
    ...(peer ? [`${peer.name} multiplies with ${peer.blas}: ${peer.gflops.toFixed(0)} GFLOP/s on one thread`] : []),
  ].join('\n');
}

function formatKernels({ kernels, peakGflops, loadMilliseconds, products, elements }: KernelBench): string {
  return [
    `Kernels (${kernels}): ${peakGflops.toFixed(1)} GFLOP/s at most, in registers alone; ready in ${loadMilliseconds.toFixed(1)} ms`,
    table(
      ['product', 'M', 'N', 'K', 'GFLOP/s', 'of peak'],
      products.map((row) => [
        row.operation,
        String(row.m),
        String(row.n),
        String(row.k),
        row.gflops.toFixed(1),
        percent(row.fractionOfPeak),
      ]),
    ),
    '',
    table(
      ['operation', 'elements', 'ns each'],
      elements.map((row) => [row.operation, String(row.elements), row.nanosecondsPerElement.toFixed(2)]),
    ),
  ].join('\n');
}

function formatTraining(rows: NonNullable<BenchReport['training']>, peer: string | null): string {
  const workerCounts = [...new Set(rows.map(({ workers }) => workers))];
  const ratiosOf = (workers: number): number[] =>
    rows.flatMap((row) => (row.workers === workers && row.ratio !== null ? [row.ratio] : []));
  return [
    'Training, tokens/s (I = 100, B = 32, T = 20, K = 9, Adam, clipping at 1)',
    table(
      ['cell', 'H', 'workers', 'tokens/s', 'GFLOP/s each', 'of peak', ...peerHead(peer)],
      rows.map((row) => [
        row.cell,
        String(row.hidden),
        String(row.workers),
        thousands(row.tokensPerSecond),
        row.gflopsPerWorker.toFixed(1),
        percent(row.fractionOfPeak),
        ...peerCells(row, peer),
      ]),
    ),
    `From 1 to 2 workers: ${speedUp(rows).toFixed(2)} x in the median`,
    ...workerCounts.flatMap((workers) => summaryOf(`${workers} workers beside ${peer}`, ratiosOf(workers))),
  ].join('\n');
}

function formatTagging(rows: readonly SpeedRow[], peer: string | null): string {
  const ratios = rows.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
  return [
    'Tagging, tokens/s, the same networks on one thread: ids to best class',
    table(
      ['cell', 'H', 'tokens/s', ...peerHead(peer)],
      rows.map((row) => [row.cell, String(row.hidden), thousands(row.tokensPerSecond), ...peerCells(row, peer)]),
    ),
    ...summaryOf(`beside ${peer}`, ratios),
  ].join('\n');
}

function formatInference(rows: readonly InferenceRow[]): string {
  const stages = ['tokenizer', 'sentences', 'network', 'decoder', 'rest'] as const;
  return [
    'From text to entities, bundled corpus, look-ahead 2, one thread; then µs/token by stage; streaming, µs a word',
    table(
      ['cell', 'H', 'first tokens/s', 'tokens/s', 'by one core', ...stages, 'stream p50', 'p99'],
      rows.map((row) => [
        row.cell,
        String(row.hidden),
        ...[row.firstTokensPerSecond, row.tokensPerSecond, row.tokensPerCpuSecond].map((rate) =>
          thousands(Math.round(rate)),
        ),
        ...stages.map((stage) => row.microsecondsPerToken[stage].toFixed(2)),
        row.stream.p50Microseconds.toFixed(1),
        row.stream.p99Microseconds.toFixed(1),
      ]),
    ),
  ].join('\n');
}

function formatColdStart({ tagMilliseconds, nodeMilliseconds, modelBytes }: ColdStart): string {
  const tag = `onomast tag "…" takes ${tagMilliseconds.toFixed(0)} ms from start to end`;
  return `Cold start: ${tag} with a model of ${megabytes(modelBytes)}, Node alone ${nodeMilliseconds.toFixed(0)} ms`;
}

function formatScaling(rows: readonly ScalingRow[]): string {
  return [
    'Cost against corpus size, default settings, one worker; memory in MB: one minibatch, permanent, whole process',
    table(
      ['tokens', 'words', 'prepare s', 'µs/token', 'minibatch', 'permanent', 'process'],
      rows.map((row) => [
        thousands(row.tokens),
        thousands(row.vocabulary),
        row.prepareSeconds.toFixed(2),
        row.microsecondsPerToken.toFixed(1),
        ...[row.arenaBytes, row.permanentBytes, row.residentBytes].map(megabytes),
      ]),
    ),
  ].join('\n');
}

/** Median over the cases of the rate with 2 workers by that with 1. */
function formatSkipGram(rows: readonly SkipGramRow[]): string {
  return [
    'Learning word vectors, one thread, window 5, 5 drawn words, a vocabulary of 20,000',
    table(
      ['dimensions', 'n-grams', 'words/s'],
      rows.map(({ dimension, hasNgrams, wordsPerSecond }) => [
        String(dimension),
        hasNgrams ? 'yes' : 'no',
        Math.round(wordsPerSecond).toLocaleString('en'),
      ]),
    ),
  ].join('\n');
}

function speedUp(rows: NonNullable<BenchReport['training']>): number {
  const rateOf = (workers: number): number[] =>
    rows.filter((row) => row.workers === workers).map((row) => row.tokensPerSecond);
  const [one, two] = [rateOf(1), rateOf(2)];
  return median(one.map((rate, i) => two[i] / rate));
}

function summaryOf(what: string, ratios: readonly number[]): string[] {
  if (ratios.length === 0) return [];
  return [
    `${what}: ${geometricMean(ratios).toFixed(2)} x in the geometric mean, at least ${Math.min(...ratios).toFixed(2)} x`,
  ];
}

function peerHead(peer: string | null): string[] {
  return peer === null ? [] : [peer, 'ratio'];
}

function peerCells({ peerTokensPerSecond, ratio }: SpeedRow, peer: string | null): string[] {
  return peer === null ? [] : [thousands(peerTokensPerSecond ?? Number.NaN), (ratio ?? Number.NaN).toFixed(2)];
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;
const thousands = (count: number): string => count.toLocaleString('en-GB');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
