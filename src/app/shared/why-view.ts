import type { LabelStyle } from './labels.js';
import { percentOf } from './scores.js';

/** Why a name is found, as `POST /api/why` tells it. */
export interface WhyTold {
  readonly model: string;
  readonly text: string;
  readonly label: string;
  readonly score: number;
  readonly found: boolean;
  readonly remembered: boolean;
  readonly labels: { readonly label: string; readonly score: number }[];
  readonly no_name: number;
  readonly words: {
    readonly text: string;
    readonly start: number;
    readonly end: number;
    readonly effect: number;
  }[];
  readonly start: number;
  readonly end: number;
  readonly without_left: number;
  readonly without_right: number;
  readonly alone: number;
}

/** As `POST /api/mentions` tells it. */
export interface MentionTold {
  readonly project: number;
  readonly project_name: string;
  readonly document: number;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

/**
 * What the panel shows. The server writes it with `views/partials/why.ejs`, the client with `browser/why-panel`. Every
 * string is plain text.
 */
export interface WhyView {
  readonly title: string;
  readonly says: string;
  readonly labels: readonly { readonly name: string; readonly style: LabelStyle | null; readonly percent: string }[];
  /** The sentence: words that carry the name, that speak against it, and the name itself. */
  readonly pieces: readonly { readonly text: string; readonly kind: 'name' | 'for' | 'against' | '' }[];
  /** The words that matter most. */
  readonly words: readonly {
    readonly text: string;
    readonly side: string;
    readonly effect: string;
    readonly left: string;
  }[];
  readonly without: readonly { readonly what: string; readonly percent: string }[];
  readonly mentions: readonly (MentionTold & { readonly href: string; readonly style: LabelStyle })[];
}

const MOST_WORDS = 6;
const MOST_LABELS = 6;
/** Below this a word is not said to have carried anything. */
const LEAST_EFFECT = 0.005;

export interface WhyViewOptions {
  /** The whole text that the name stands in. */
  readonly source: string;
  readonly mentions: readonly MentionTold[];
  readonly styles: (labels: readonly string[]) => ReadonlyMap<string, LabelStyle>;
}

export function whyView(told: WhyTold, { source, mentions, styles: stylesOf }: WhyViewOptions): WhyView {
  const { words, score } = told;
  const styles = stylesOf([...told.labels, ...mentions].map(({ label }) => label));
  const isBefore = ({ start }: { readonly start: number }): boolean => start < told.start;
  const strongest = words
    .filter(({ effect }) => Math.abs(effect) >= LEAST_EFFECT)
    .sort((left, right) => Math.abs(right.effect) - Math.abs(left.effect))
    .slice(0, MOST_WORDS);
  return {
    title: `Why “${told.text.replace(/\s+/g, ' ')}”`,
    says: sentenceOf(told, styles),
    labels: [
      ...told.labels.slice(0, MOST_LABELS).map((one) => ({
        name: styles.get(one.label)?.name ?? one.label,
        style: styles.get(one.label) ?? null,
        percent: share(one.score),
      })),
      { name: 'no name, or not exactly these words', style: null, percent: share(told.no_name) },
    ],
    pieces: piecesOf(told, source, strongest),
    words: strongest.map(({ text, start, effect }) => ({
      text,
      side: isBefore({ start }) ? 'before' : 'after',
      effect: signed(effect),
      left: share(score - effect),
    })),
    without: [
      { what: 'without all that stands before', percent: share(told.without_left), isThere: words.some(isBefore) },
      {
        what: 'without all that stands after',
        percent: share(told.without_right),
        isThere: words.some((word) => !isBefore(word)),
      },
      { what: 'the words alone', percent: share(told.alone), isThere: words.length > 0 },
    ].filter(({ isThere }) => isThere),
    mentions: mentions.map((mention) => ({
      ...mention,
      href: `/projects/${mention.project}/documents/${mention.document}?at=${mention.start}-${mention.end}`,
      style: styles.get(mention.label)!,
    })),
  };
}

function sentenceOf(
  { model, label, score, found, remembered }: WhyTold,
  styles: ReadonlyMap<string, LabelStyle>,
): string {
  const name = styles.get(label)?.name ?? label;
  const percent = share(score);
  if (remembered)
    return `${model} finds it because it stood earlier in the text; in this sentence alone ${name} has ${percent} %.`;
  if (found) return `${model} finds it: ${name}, ${percent} % in this sentence alone.`;
  return `${model} does not find it: ${name} would be likeliest, with ${percent} %.`;
}

function piecesOf(
  { start, end, words }: WhyTold,
  source: string,
  strongest: readonly { readonly start: number }[],
): WhyView['pieces'] {
  const marked = new Set(strongest.map((word) => word.start));
  const all = [...words.map((word) => ({ ...word, isName: false })), { start, end, effect: 0, isName: true }];
  const pieces: WhyView['pieces'][number][] = [];
  let position = Math.min(...all.map((word) => word.start));
  for (const word of all.sort((left, right) => left.start - right.start)) {
    if (word.start > position) pieces.push({ text: source.slice(position, word.start), kind: '' });
    const carries = word.effect > 0 ? 'for' : 'against';
    const kind = word.isName ? 'name' : marked.has(word.start) ? carries : '';
    pieces.push({ text: source.slice(word.start, word.end), kind });
    position = word.end;
  }
  return pieces;
}

/** Whole percent; what is neither nothing nor all is never called so. */
function share(probability: number): string {
  if (probability > 0 && probability < 0.005) return '<1';
  return probability < 1 && probability >= 0.995 ? '>99' : String(percentOf(probability));
}

function signed(effect: number): string {
  const points = Math.max(1, Math.round(Math.abs(effect) * 100));
  return `${effect < 0 ? '−' : '+'}${points}`;
}
