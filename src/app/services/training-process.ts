import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '#base/errors.js';
import { runJob } from './run-job.js';
import type { JobSentences, ProcessInterrupt, ProcessMessage, ProcessStart } from './training-protocol.js';

/** The main module of the child process. It ends when its training does, or when its parent is gone. */
const controller = new AbortController();
process.on('message', (message: ProcessStart | ProcessInterrupt) => {
  if (message.type === 'interrupt') controller.abort();
  else void begin(message);
});
process.on('disconnect', () => controller.abort());
// Ctrl-C in a terminal reaches all processes of the group; the parent decides.
process.on('SIGINT', () => {});

async function begin({ request, sentencesFile, output, resume }: ProcessStart): Promise<void> {
  const send = (message: ProcessMessage): void => {
    if (process.connected) process.send?.(message);
  };
  try {
    const sentences =
      sentencesFile === null ? undefined : (JSON.parse(readFileSync(sentencesFile, 'utf8')) as JobSentences);
    for await (const event of runJob({ request, sentences, output, resume, signal: controller.signal })) send(event);
  } catch (error) {
    if (error instanceof AppError && error.code === 'interrupted') send({ type: 'interrupted' });
    else send({ type: 'failed', code: error instanceof AppError ? error.code : 'internal', message: messageOf(error) });
  } finally {
    if (process.connected) process.disconnect();
  }
}
