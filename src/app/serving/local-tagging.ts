import type { Tagger } from '#tagging/tagger/entity.js';
import { answerInTurns } from './answer-jobs.js';
import type { Tagging } from './tagging.js';

/** Tags in this thread, one turn after another so that others get theirs: for small installations and for tests. */
export function createLocalTagging(models: { get(spec?: string): Promise<Tagger> }): Tagging {
  return {
    async tag(spec, job, signal) {
      const tagger = await models.get(spec);
      const turns = answerInTurns(tagger, job);
      for (;;) {
        signal.throwIfAborted();
        const turn = turns.next();
        if (turn.done) return { ...turn.value, identity: tagger.model, labels: tagger.labels };
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async model(spec) {
      const { model, labels } = await models.get(spec);
      return { identity: model, labels };
    },
  };
}
