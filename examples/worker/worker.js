import { parentPort } from 'node:worker_threads';
import { loadTagger } from 'onomast';

const tagger = await loadTagger();

parentPort.on('message', ({ id, text }) => {
  try {
    const entities = tagger.tag(text).entities.map(({ start, end, label, score }) => ({ start, end, label, score }));
    parentPort.postMessage({ id, entities });
  } catch ({ code, message }) {
    parentPort.postMessage({ id, error: { code, message } });
  }
});
