import { setTimeout as delay } from 'node:timers/promises';
import { faultsOfDatabase } from '#app/store/maintenance.js';
import type { Random } from '#base/random.js';
import { type Fault, must } from './fault.js';
import { databaseOf, killAfter, newHome, type ServedProgram, serve, startProgram } from './program.js';

interface Kept {
  readonly version: number;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly label: string }[];
}

/** Documents that are annotated at the same time, each by one client. */
const DOCUMENTS = 6;
const TEXT = Array.from({ length: 200 }, (_, i) => `w${String(i).padStart(3, '0')}`).join(' ');

/** Servers are killed while several people decide; some are killed again while they start. */
export const killedAnnotating: Fault = {
  name: 'killed-annotating',
  summary: 'kill -9 of servers while decisions are on their way: what was answered as saved is there',
  counted: 'kills',
  full: 100,
  async run(count, random) {
    const home = newHome();
    let server = await serve(home);
    const { id } = await server.ask<{ id: number }>('POST', '/api/projects', {
      name: 'Killed',
      labels: ['PER', 'LOC'],
    });
    for (let i = 0; i < DOCUMENTS; i++)
      await server.ask('POST', `/api/projects/${id}/uploads`, { text: `${i} ${TEXT}`, format: 'text', keep: true });
    const pathOf = (document: number): string => `/api/projects/${id}/documents/${document + 1}`;
    const saved = await Promise.all(Array.from({ length: DOCUMENTS }, (_, i) => server.ask<Kept>('GET', pathOf(i))));
    let decided = 0;
    let keptUnanswered = 0;
    let killedAtStart = 0;
    for (let kill = 0; kill < count; kill++) {
      const sent: (Kept | undefined)[] = [];
      const killed = killAfter(server, 30 + 500 * random.next());
      await Promise.all(
        saved.map(async (_, i) => {
          const own = random.fork('decisions', kill, i);
          for (;;) {
            sent[i] = next(saved[i], own);
            const answer = await decide(server, pathOf(i), saved[i].version, sent[i]!.spans);
            if (answer === undefined) return;
            saved[i] = answer;
            sent[i] = undefined;
            decided++;
          }
        }),
      );
      await killed;
      if (random.next() < 0.2) {
        await killAfter(startProgram(home, ['serve', '--port', '0']), 600 * random.next());
        killedAtStart++;
      }
      const found = faultsOfDatabase(databaseOf(home));
      must(found.length === 0, `after kill ${kill + 1} the database has faults`, found);
      server = await serve(home);
      for (let i = 0; i < DOCUMENTS; i++) {
        const now = await server.ask<Kept>('GET', pathOf(i));
        // The last decision may have been kept though its answer was lost on the way.
        const isAsAnswered = now.version === saved[i].version && same(now, saved[i]);
        const isAsSent = sent[i] !== undefined && now.version === saved[i].version + 1 && same(now, sent[i]!);
        must(
          isAsAnswered || isAsSent,
          `after kill ${kill + 1} a decision is lost or half there`,
          saved[i],
          sent[i],
          now,
        );
        if (!isAsAnswered) keptUnanswered++;
        if (now.version > 0 && random.next() < 0.1) await undoAndRedo(server, pathOf(i), now);
        saved[i] = await server.ask<Kept>('GET', pathOf(i));
      }
    }
    server.child.kill('SIGKILL');
    return { decided, lost: 0, keptUnanswered, killedAtStart, integrity: 'ok after each' };
  },
};

const same = (one: Kept, other: Kept): boolean =>
  JSON.stringify(one.spans.map(({ start, end, label }) => [start, end, label])) ===
  JSON.stringify(other.spans.map(({ start, end, label }) => [start, end, label]));

/** One mark more, or one less. */
function next({ version, spans }: Kept, random: Random): Kept {
  if (spans.length > 20) return { version: version + 1, spans: spans.slice(1 + random.integer(10)) };
  const word = (spans.at(-1)?.end ?? 1) + 1;
  const start = word + 5 > TEXT.length ? 2 : word;
  const fresh = { start, end: start + 4, label: random.next() < 0.5 ? 'PER' : 'LOC' };
  return { version: version + 1, spans: start === 2 ? [fresh] : [...spans, fresh] };
}

/** Undefined if there was no answer. */
async function decide(
  server: ServedProgram,
  path: string,
  version: number,
  spans: Kept['spans'],
): Promise<Kept | undefined> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(server.url + path, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ version, kind: 'mark', status: 'draft', spans }),
    });
    body = await response.json();
  } catch {
    await delay(1);
    return undefined;
  }
  must(response.ok, `a decision was refused with ${response.status}`, body);
  return body as Kept;
}

/** The history is there too. */
async function undoAndRedo(server: ServedProgram, path: string, now: Kept): Promise<void> {
  const undone = await server.ask<Kept>('POST', `${path}/undo`, { version: now.version });
  must(!same(undone, now), 'undoing changed nothing', now);
  const redone = await server.ask<Kept>('POST', `${path}/redo`, { version: undone.version });
  must(same(redone, now), 'what was done again is not what was undone', now, redone);
}
