import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { CorpusParts } from '#annotation/split/grouped-split.js';
import type { PartName } from '#annotation/split/part-names.js';
import type { AmbiguousSurfaces } from './ambiguous-surfaces.js';

/** An error makes scores wrong or misleading; a warning is worth a look. */
export type Severity = 'error' | 'warning';

/** In the order in which a report lists them. */
export const LINT_KINDS = [
  'illegal_tags',
  'duplicate',
  'leak',
  'long_sentence',
  'entity_share',
  'few_sentences',
  'few_examples',
  'label_not_in_train',
  'label_not_in_part',
  'similar_labels',
  'blank_entity',
  'punctuation_edge',
  'possessive_edge',
  'two_labels',
  'untagged_name',
] as const;

export type LintKind = (typeof LINT_KINDS)[number];

export interface LintIssue {
  readonly kind: LintKind;
  readonly severity: Severity;
  /** One sentence about one sentence, label or surface of the corpus. */
  readonly message: string;
  readonly places: readonly Place[];
}

export type Place = LabelledSentence['source'];

/** What the checks look at. */
export interface LintInput {
  readonly parts: CorpusParts;
  /** Surfaces that may be annotated in several ways; without it such surfaces are warnings, not errors. */
  readonly ambiguous: AmbiguousSurfaces | null;
}

export const LINT_PARTS: readonly PartName[] = ['train', 'dev', 'test'];

/** Every sentence with the part it stands in, train first. */
export function allSentences(parts: CorpusParts): { readonly sentence: LabelledSentence; readonly part: PartName }[] {
  return LINT_PARTS.flatMap((part) => parts[part].map((sentence) => ({ sentence, part })));
}
