import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '#base/errors.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import type { Chunk } from './chunk.js';
import { tagChunk } from './tag-chunk.js';
import type { BulkWorkerMessage, BulkWorkerStart } from './thread-executor.js';

/** Runs in a worker thread of its own: loads the model once, then tags one chunk after the other. */
const start = workerData as BulkWorkerStart;
const say = (message: BulkWorkerMessage): void => parentPort?.postMessage(message);

try {
  const tagger = await loadTagger(start.modelPath);
  parentPort?.on('message', (chunk: Chunk) => say({ result: tagChunk(tagger, chunk, start) }));
  say({ ready: true });
} catch (error) {
  say({ failed: messageOf(error) });
}
