import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeCorpora } from '../smoke/corpora.js';
import { type Fault, must, tally } from './fault.js';
import { megabytesOf, newHome, onomast, serve } from './program.js';
import { randomText } from './random-text.js';

const CONNECTIONS = 16;

/** Three models take turns, among them one whose version is new each time a training has ended before. */
export const hotSwap: Fault = {
  name: 'hot-swap',
  summary: 'another model becomes active every second under load: no request fails',
  counted: 'seconds',
  full: 60,
  async run(seconds, random) {
    const home = newHome();
    const corpora = join(home, 'corpora');
    mkdirSync(corpora);
    writeCorpora(corpora, { train: 60, dev: 30 });
    const parts = ['train', 'dev'].flatMap((part) => [`--${part}`, join(corpora, 'wnut17', `${part}.conll`)]);
    for (const name of ['one', 'two']) {
      const settings = ['vectors=none', 'max_epochs=2', 'hidden_size=16', 'char_filters=0', 'learn_rate=0.03'];
      const output = ['--output', `models/${name}`, '--no-activate', '--quiet'];
      await onomast(home, 'train', ...parts, ...output, ...settings.flatMap((setting) => ['--set', setting]));
    }
    const server = await serve(home);
    const text = randomText(random);
    const { count: note, counts } = tally();
    let isOver = false;
    let requests = 0;
    const clients = Array.from({ length: CONNECTIONS }, async () => {
      while (!isOver) {
        const { model } = await server.ask<{ model: { id: string; version: number } }>('POST', '/api/tag', {
          text: text(20),
        });
        note(`${model.id}@${model.version}`);
        requests++;
      }
    });
    const swaps = (async () => {
      const specs = ['one@1', 'names-en@0', 'two@1'];
      for (let swap = 0; swap < seconds; swap++) {
        const spec = specs[swap % specs.length];
        await server.ask('POST', `/api/models/${spec}/activate`, { force: true, reason: 'a trial' });
        // Which model is active is looked up ten times a second.
        await delay(200);
        const { model } = await server.ask<{ model: { id: string; version: number } }>('POST', '/api/tag', {
          text: 'Ada.',
        });
        must(`${model.id}@${model.version}` === spec, 'the model of before still tags', spec, model);
        await delay(800);
      }
    })().finally(() => {
      isOver = true;
    });
    await Promise.all([swaps, ...clients]);
    return { requests, failed: 0, answeredBy: counts, megabytes: Math.round(megabytesOf(server.child)) };
  },
};
