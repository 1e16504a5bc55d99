import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { quoted } from '#base/quoted.js';
import { allSentences, type LintInput, type LintIssue, type Place } from './lint-issue.js';

/** One written form of a name: where it is annotated, by label, and where it is not. */
interface Surface {
  readonly words: readonly string[];
  readonly placesByLabel: Map<string, Place[]>;
  readonly untagged: Place[];
}

/**
 * Surfaces annotated in two ways: with two labels, or here as a name and there not at all. Only capitalised surfaces
 * count as forgotten; of one word only where a capital means something, that is, not at the beginning of a sentence.
 */
export function checkSurfaces({ parts, ambiguous }: LintInput): LintIssue[] {
  const sentences = allSentences(parts).map(({ sentence }) => sentence);
  const surfaces = collectSurfaces(sentences);
  collectUntagged(sentences, surfaces);
  const severity = ambiguous === null ? 'warning' : 'error';

  return [...surfaces.values()].flatMap((surface) => {
    const text = surface.words.join(' ');
    const allowed = ambiguous?.get(text.toLowerCase());
    const issues: LintIssue[] = [];
    const labels = [...surface.placesByLabel].sort(([left], [right]) => (left < right ? -1 : 1));
    if (labels.length > 1 && !labels.every(([label]) => allowed?.has(label))) {
      const counts = labels.map(([label, places]) => `${label} (${places.length})`).join(' and ');
      const places = labels.flatMap(([, labelPlaces]) => labelPlaces.slice(0, PLACES_PER_LABEL));
      issues.push({ kind: 'two_labels', severity, message: `${quoted(text)} is ${counts}`, places });
    }
    if (surface.untagged.length > 0 && !allowed?.has('O')) {
      const tagged = labels.map(([label, places]) => `${label} (${places.length})`).join(', ');
      issues.push({
        kind: 'untagged_name',
        // One word may well be an ordinary one in a heading: worth a look, no more.
        severity: surface.words.length > 1 ? severity : 'warning',
        message: `${quoted(text)} is ${tagged}, and untagged (${surface.untagged.length})`,
        places: surface.untagged,
      });
    }
    return issues;
  });
}

const PLACES_PER_LABEL = 5;
const CAPITALISED = /^\p{Lu}.*\p{L}/u;
/** After these a capital letter may be that of any word. */
const OPENS_SENTENCE = /^[^\p{L}\p{N},;&/@#$€£%+-]+$/u;

function keyOf(words: readonly string[]): string {
  return words.join(' ');
}

function collectSurfaces(sentences: readonly LabelledSentence[]): Map<string, Surface> {
  const surfaces = new Map<string, Surface>();
  for (const { words, tags, source } of sentences) {
    for (const { label, startToken, endToken } of spansFromIob2(tags)) {
      const name = words.slice(startToken, endToken);
      const key = keyOf(name);
      const surface = surfaces.get(key) ?? { words: name, placesByLabel: new Map<string, Place[]>(), untagged: [] };
      surfaces.set(key, surface);
      const places = surface.placesByLabel.get(label);
      if (places === undefined) surface.placesByLabel.set(label, [source]);
      else places.push(source);
    }
  }
  return surfaces;
}

/** Adds to each surface where its words stand untagged, longest surface first, so that each token counts once. */
function collectUntagged(sentences: readonly LabelledSentence[], surfaces: ReadonlyMap<string, Surface>): void {
  const byFirstWord = new Map<string, Surface[]>();
  for (const surface of surfaces.values()) {
    const { words } = surface;
    if (!CAPITALISED.test(words[0]) || !CAPITALISED.test(words[words.length - 1])) continue;
    const others = byFirstWord.get(words[0]);
    if (others === undefined) byFirstWord.set(words[0], [surface]);
    else others.push(surface);
  }
  for (const candidates of byFirstWord.values())
    candidates.sort((left, right) => right.words.length - left.words.length);

  for (const { words, tags, source } of sentences) {
    for (let start = 0; start < words.length; start++) {
      const found = byFirstWord.get(words[start])?.find((surface) => {
        if (surface.words.length === 1 && startsSentence(words, start)) return false;
        return surface.words.every((word, index) => words[start + index] === word && tags[start + index] === 'O');
      });
      if (found === undefined) continue;
      found.untagged.push(source);
      start += found.words.length - 1;
    }
  }
}

function startsSentence(words: readonly string[], token: number): boolean {
  return token === 0 || OPENS_SENTENCE.test(words[token - 1]);
}
