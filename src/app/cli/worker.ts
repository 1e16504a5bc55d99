import { startQueueWorker } from '#app/bulk/queue.js';
import { loadActiveTagger } from '#app/services/load-active-tagger.js';
import { note, noteWarning } from './output.js';

/** `onomast worker`: returns when it was told to end and has finished the chunk it had. */
export async function runWorker({ queue, model }: { readonly queue: string; readonly model?: string }): Promise<void> {
  const { tagger } = await loadActiveTagger(model, noteWarning);
  let texts = 0;
  const worker = await startQueueWorker({
    url: queue,
    tagger,
    notice: (text) => note(`onomast: ${text}`),
    done: ({ records }) => {
      texts += records;
    },
  });
  const { id, version, sha256 } = tagger.model;
  note(`onomast: working with ${id}@${version} (${sha256.slice(0, 12)}); Ctrl-C ends it`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await worker.close();
  note(`onomast: ${texts} texts`);
}
