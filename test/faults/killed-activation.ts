import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOfDatabase } from '#app/store/maintenance.js';
import type { Random } from '#base/random.js';
import { writeCorpora } from '../smoke/corpora.js';
import { type Fault, must, tally } from './fault.js';
import { databaseOf, killAfter, newHome, onomast, type Program, startProgram } from './program.js';

interface Listed {
  readonly id: string;
  readonly version: number;
  readonly active: boolean;
  readonly sha256: string;
}

/** What a new model of the same name is trained with, in about a second. */
const SETTINGS = [
  'vectors=none',
  'max_epochs=1',
  'hidden_size=16',
  'word_dimension=16',
  'char_filters=0',
  'learn_rate=0.03',
];

/**
 * In turns: `models activate` is killed, and a training that puts its model in the place of the active one is, from the end
 * of its last epoch on. Whoever tags then has the old model or the new one, with the weights that are registered.
 */
export const killedActivation: Fault = {
  name: 'killed-activation',
  summary: 'kill -9 while a model is activated or replaced: the old one or the new one tags',
  counted: 'kills',
  full: 100,
  async run(count, random) {
    const home = newHome();
    const corpora = join(home, 'corpora');
    mkdirSync(corpora);
    writeCorpora(corpora, { train: 60, dev: 30 });
    const parts = ['train', 'dev'].flatMap((part) => [`--${part}`, join(corpora, 'wnut17', `${part}.conll`)]);
    const trainArguments = (seed: number): string[] => [
      ...['train', ...parts, '--output', 'models/mine', '--activate', '--json', '--workers', '1'],
      ...['--seed', String(seed), ...SETTINGS.flatMap((setting) => ['--set', setting])],
    ];
    for (const seed of [1, 2]) await onomast(home, ...trainArguments(seed));
    const wholeMs = {
      activated: await millisecondsOf(startProgram(home, activation('mine@1'))),
      replaced: await millisecondsOf(startProgram(home, trainArguments(3)), /"type":"epoch"/),
    };
    const models = async (): Promise<readonly Listed[]> => JSON.parse(await onomast(home, 'models', '--json'));
    const { count: note, counts } = tally();
    for (let kills = 0, turn = 0; kills < count; turn++) {
      const before = await models();
      const old = activeOf(before);
      const kind = turn % 2 === 0 ? 'activated' : 'replaced';
      const status =
        kind === 'activated'
          ? await activate(home, before, random, wholeMs.activated)
          : await replace(home, trainArguments(turn + 4), random, wholeMs.replaced);
      if (status === null) kills++;
      const found = faultsOfDatabase(databaseOf(home));
      must(found.length === 0, 'the database has faults', found);
      const after = await models();
      const now = activeOf(after);
      const isNew = specOf(now) !== specOf(old);
      must(status !== 0 || isNew, 'it was said to be active, and is not', old, now);
      for (const { id, version, sha256 } of before)
        must(
          after.some((one) => one.id === id && one.version === version && one.sha256 === sha256),
          'a registered model is gone',
          { id, version },
        );
      const { model } = JSON.parse(await onomast(home, 'tag', '--format', 'json', 'Ana Souza left Acme in Oslo.'));
      must(
        `${model.id}@${model.version} ${model.sha256}` === `${specOf(now)} ${now.sha256}`,
        'another model tags',
        model,
        now,
      );
      // The one before it is still whole.
      await onomast(home, 'tag', '--model', specOf(old), 'Ana Souza left Acme in Oslo.');
      note(`${kind}: ${status === 0 ? 'done before the kill' : isNew ? 'new' : 'old'}`);
      for (const one of after.filter((model) => !model.active && model.id === 'mine').slice(4))
        await onomast(home, 'models', 'remove', specOf(one));
    }
    return { ...counts, integrity: 'ok after each' };
  },
};

const specOf = ({ id, version }: Pick<Listed, 'id' | 'version'>): string => `${id}@${version}`;

function activeOf(models: readonly Listed[]): Listed {
  const active = models.filter((model) => model.active);
  must(active.length === 1, 'not one model is active', models);
  return active[0];
}

const activation = (spec: string): string[] => ['models', 'activate', spec, '--force', '--reason', 'a trial'];

/** Until it ends, from its start or from when it says this. */
async function millisecondsOf(program: Program, from?: RegExp): Promise<number> {
  if (from) await program.says(from);
  const startMs = performance.now();
  await program.ended;
  return performance.now() - startMs;
}

/** Another one than is active. */
async function activate(
  home: string,
  models: readonly Listed[],
  random: Random,
  wholeMs: number,
): Promise<number | null> {
  const others = models.filter(({ active, id }) => !active && id === 'mine');
  const program = startProgram(home, activation(specOf(others[random.integer(others.length)])));
  return (await killAfter(program, wholeMs * (0.3 + 0.8 * random.next()))).status;
}

async function replace(home: string, args: readonly string[], random: Random, wholeMs: number): Promise<number | null> {
  const program = startProgram(home, args);
  await program.says(/"type":"epoch"/);
  return (await killAfter(program, 1.1 * wholeMs * random.next())).status;
}
