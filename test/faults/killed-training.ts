import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOfDatabase } from '#app/store/maintenance.js';
import { openRegistry } from '#app/store/registry.js';
import { writeCorpora } from '../smoke/corpora.js';
import { type Fault, must, tally } from './fault.js';
import { databaseOf, killAfter, newHome, removeHome, startProgram } from './program.js';

/** Only the last epoch is evaluated, so the weights that are saved have seen every step: none may be lost or repeated. */
const SETTINGS = {
  ...{ vectors: 'none', max_epochs: 30, eval_frequency: 1000, patience: 1000, hidden_size: 24, word_dimension: 16 },
  ...{ char_filters: 8, char_dimension: 8, batch_size: 8, shards: 4 },
};
const KILLS_PER_TRAINING = 4;

/** Kills at any time from the start of the program to its end; each training then goes on with `--resume`. */
export const killedTraining: Fault = {
  name: 'killed-training',
  summary: 'kill -9 of trainings that go on with --resume: the weights are those of the uninterrupted training',
  counted: 'kills',
  full: 100,
  async run(count, random) {
    const corpora = join(newHome(), 'corpora');
    mkdirSync(corpora);
    writeCorpora(corpora, { train: 60, dev: 9 });
    const parts = ['train', 'dev'].flatMap((part) => [`--${part}`, join(corpora, 'wnut17', `${part}.conll`)]);
    const settings = Object.entries(SETTINGS).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    const train = (home: string, ...args: string[]) =>
      startProgram(home, ['train', ...parts, '--output', 'mine', '--json', ...settings, ...args]);
    const finish = async (home: string, ...args: string[]): Promise<string> => {
      const { status, stdout, stderr } = await train(home, ...args).ended;
      must(status === 0, 'a training does not go on', stderr);
      return JSON.parse(stdout.trimEnd().split('\n').at(-1)!).weights_sha256;
    };
    const startMs = performance.now();
    const uninterrupted = await finish(newHome());
    const wholeMs = performance.now() - startMs;
    const { count: note, counts } = tally();
    for (let kills = 0; kills < count; ) {
      const home = newHome();
      for (let kill = 0; kill < KILLS_PER_TRAINING && kills < count; kill++) {
        const workers = ['--workers', String(1 + random.integer(3))];
        const program = train(home, ...(kill === 0 ? [] : ['--resume']), ...workers);
        const { status, stdout } = await killAfter(program, wholeMs * random.next());
        if (status !== null) break; // it was done already
        kills++;
        note(momentOf(stdout));
        const found = faultsOfDatabaseIfAny(home);
        must(found.length === 0, 'the database has faults', found);
      }
      const weights = await finish(home, '--resume');
      must(weights === uninterrupted, 'the weights differ from those of the uninterrupted training', weights);
      const registry = openRegistry(databaseOf(home), { homeDirectory: home });
      const states = registry.runs.list().map((run) => run.status);
      registry.close();
      must(!states.includes('running') && states.includes('finished'), 'a run is not as it ended', states);
      note('trainings');
      removeHome(home);
    }
    const { trainings, ...killed } = counts;
    return { trainings, weightsDiffer: 0, killed };
  },
};

function momentOf(stdout: string): string {
  if (stdout.includes('"type":"done"')) return 'atItsEnd';
  if (stdout.includes(`"epoch":${SETTINGS.max_epochs},`)) return 'whileSaving';
  if (stdout.includes('"type":"epoch"')) return 'inAnEpoch';
  return 'beforeTheFirstEpochEnded';
}

/** It may have been killed before there was one. */
function faultsOfDatabaseIfAny(home: string): string[] {
  try {
    return faultsOfDatabase(databaseOf(home));
  } catch (error) {
    if (/unable to open|directory does not exist/.test((error as Error).message)) return [];
    throw error;
  }
}
