import { existsSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { faultsOfDatabase } from '#app/store/maintenance.js';
import { contentOf, lostRows, VERSIONS, writeOlderDatabase } from '../helpers/older-database.js';
import { type Fault, must, tally } from './fault.js';
import { databaseOf, newHome, onomast, type Program, removeHome, startProgram } from './program.js';

const NEWEST = VERSIONS.at(-1)!;

/** A migration takes some milliseconds: what SQLite writes beside the database tells that it is about to begin. */
export const killedMigration: Fault = {
  name: 'killed-migration',
  summary: 'kill -9 of programs that bring an older database up to date: it is of the old version or of the new one',
  counted: 'kills',
  full: 100,
  async run(count, random) {
    const { count: note, counts } = tally();
    for (let kills = 0; kills < count; ) {
      const home = newHome();
      const path = databaseOf(home);
      const version = 1 + random.integer(NEWEST - 1);
      writeOlderDatabase(path, version);
      const before = contentOf(path);
      const program = startProgram(home, ['models', '--json']);
      await opened(path, program);
      await delay(12 * random.next());
      program.child.kill('SIGKILL');
      if ((await program.ended).status === null) kills++;
      must(faultsOfDatabase(path).length === 0, `from version ${version}: faults`, faultsOfDatabase(path));
      const after = contentOf(path);
      must([version, NEWEST].includes(after.version), `from version ${version}: half a migration`, after.version);
      must(lostRows(before, after).length === 0, `from version ${version}: rows are lost`, lostRows(before, after));
      note(after.version === version ? 'oldVersion' : 'newVersion');
      await onomast(home, 'models', '--json');
      const done = contentOf(path);
      must(done.version === NEWEST && lostRows(before, done).length === 0, `from version ${version}: it cannot go on`);
      removeHome(home);
    }
    return { ...counts, lostRows: 0, integrity: 'ok after each' };
  },
};

/** SQLite has put its log beside the database, or the program has ended. */
async function opened(path: string, program: Program): Promise<void> {
  await new Promise<void>((resolve) => {
    const watcher = watch(dirname(path), () => {
      if (existsSync(`${path}-wal`)) done();
    });
    const done = (): void => {
      watcher.close();
      resolve();
    };
    program.ended.then(done, done);
  });
}
