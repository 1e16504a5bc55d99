import type { ProjectRegistry } from '#app/store/projects.js';
import { type InContext, wordsAround } from './words-around.js';

/** A name that people have accepted somewhere, and that resembles another one. */
export interface Mention extends InContext {
  readonly project: number;
  readonly projectName: string;
  readonly document: number;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  /** See {@link similarity}. */
  readonly similarity: number;
}

const MOST_MENTIONS = 5;
/** "Aurora" and "Aurora Storm" have 0.7, "Ada" and "Eda" 0.5, "London" and "Bergen" 0.14. */
const LEAST_SIMILAR = 0.35;
/** Documents looked through while somebody waits. */
const MOST_DOCUMENTS = 2000;

/** Accepted names in any project that resemble the words; the most alike first, those of the same label before others. */
export function nearestMentions(registry: ProjectRegistry, name: string, label: string): readonly Mention[] {
  const nearest: Mention[] = [];
  let looked = 0;
  for (const { id: project, name: projectName } of registry.list()) {
    for (const { id: document, text, spans } of registry.documents(project, ['accepted'])) {
      if (++looked > MOST_DOCUMENTS) break;
      for (const { start, end, label: borne } of spans) {
        const likeness = similarity(name, text.slice(start, end));
        if (likeness < LEAST_SIMILAR) continue;
        const context = wordsAround(text, { start, end });
        nearest.push({ project, projectName, document, label: borne, start, end, similarity: likeness, ...context });
      }
    }
  }
  const rank = (mention: Mention): number => mention.similarity + (mention.label === label ? SAME_LABEL : 0);
  return nearest.sort((left, right) => rank(right) - rank(left)).slice(0, MOST_MENTIONS);
}

/** Of two names that are equally alike the one of the same label tells more. */
const SAME_LABEL = 0.05;

/** Dice coefficient of the pairs of characters, edges of words included, upper and lower case alike: 0 to 1. */
function similarity(left: string, right: string): number {
  const [one, other] = [pairsOf(left), pairsOf(right)];
  const rest = [...other];
  let common = 0;
  for (const pair of one) {
    const at = rest.indexOf(pair);
    if (at === -1) continue;
    rest.splice(at, 1);
    common += 1;
  }
  return one.length + other.length === 0 ? 0 : (2 * common) / (one.length + other.length);
}

function pairsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const padded = [...` ${word} `];
      return padded.slice(1).map((character, i) => padded[i] + character);
    });
}
