import { parentPort, workerData } from 'node:worker_threads';
import { attachSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import { createSkipGramStep } from '#tagging/vectors/build/skip-gram-step.js';
import { takeChunks } from '#training/step/chunk-channel.js';
import { doShareOf, type SkipGramWorkerStart } from './skip-gram-threads.js';

/** The other threads of a learning of word vectors: make the same step over the same memory, then take shares of its work. */
const { kernels, sizes, settings, channel, losses, shares, index } = workerData as SkipGramWorkerStart;

const step = createSkipGramStep(attachSimdKernels(kernels), sizes, settings);
parentPort?.postMessage('ready');
takeChunks(channel, `worker ${index}`, doShareOf(step, shares, new Float64Array(losses)));
