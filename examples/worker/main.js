import { Worker } from 'node:worker_threads';

/** A tagger in a thread of its own: `tag` gives a promise, and this thread goes on meanwhile. */
export function startTagger() {
  const worker = new Worker(new URL('./worker.js', import.meta.url));
  const waiting = new Map();
  let last = 0;
  const failAll = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('message', ({ id, entities, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(Object.assign(new Error(error.message), { code: error.code }));
    else resolve(entities);
  });
  worker.on('error', failAll);
  worker.on('exit', () => failAll(new Error('the thread has ended')));
  return {
    tag(text) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, text });
      });
    },
    close: () => worker.terminate(),
  };
}

if (process.argv[1] === import.meta.filename) {
  const tagger = startTagger();
  console.log(await tagger.tag('Ada Lovelace met José in Zürich.'));
  await tagger.close();
}
