import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import type { PartName } from '#annotation/split/part-names.js';
import { fromIob2 } from '#annotation/tags/tag-scheme.js';
import { messageOf } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import { allSentences, type LintInput, type LintIssue } from './lint-issue.js';

/** Tokens; longer sentences are mostly tables, or several sentences in one. */
const LONG_SENTENCE = 200;
/** Train sentences below which a score says little. */
const FEW_SENTENCES = 50;
/** A shorter sentence that recurs in another part ("Thank you .", "Regards , Kay") gives little away. */
const TELLING_WORDS = 5;
const LARGEST_EMPTY_SHARE = 0.95;

/** Illegal tags, duplicates, leaks between parts, sizes. */
export function checkSentences({ parts }: LintInput): LintIssue[] {
  return [...checkTags(parts), ...checkDuplicates(parts), ...checkLengths(parts), ...checkShares(parts)];
}

/** Whether the tags of a sentence are well-formed IOB2, as many as words. The other checks look at no other sentence. */
export function hasLegalTags(sentence: LabelledSentence): boolean {
  return faultOf(sentence) === null;
}

function faultOf({ words, tags }: LabelledSentence): string | null {
  if (words.length !== tags.length) return `expected ${words.length} tags for as many words, found ${tags.length}`;
  try {
    fromIob2(tags, 'IOB2');
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function checkTags(parts: LintInput['parts']): LintIssue[] {
  return allSentences(parts).flatMap(({ sentence }): LintIssue[] => {
    const message = faultOf(sentence);
    if (message === null) return [];
    return [{ kind: 'illegal_tags', severity: 'error', message, places: [sentence.source] }];
  });
}

function checkDuplicates(parts: LintInput['parts']): LintIssue[] {
  const occurrences = new Map<string, { readonly sentence: LabelledSentence; readonly part: PartName }[]>();
  for (const occurrence of allSentences(parts)) {
    const key = sentenceKey(occurrence.sentence.words);
    const others = occurrences.get(key);
    if (others === undefined) occurrences.set(key, [occurrence]);
    else others.push(occurrence);
  }
  return [...occurrences.values()].flatMap((group): LintIssue[] => {
    if (group.length === 1) return [];
    const { words } = group[0].sentence;
    const partNames = [...new Set(group.map(({ part }) => part))];
    const isLeak = partNames.length > 1;
    const firstOfParts = partNames.flatMap((name) => group.find(({ part }) => part === name) ?? []);
    const others = group.filter((occurrence) => !firstOfParts.includes(occurrence));
    const text = quoted(words.join(' '));
    return [
      {
        kind: isLeak ? 'leak' : 'duplicate',
        severity: isLeak && words.length >= TELLING_WORDS ? 'error' : 'warning',
        message: isLeak
          ? `${text} stands in ${partNames.join(' and ')}`
          : `${text} stands ${group.length} times in ${partNames[0]}`,
        places: [...firstOfParts, ...others].map(({ sentence }) => sentence.source),
      },
    ];
  });
}

function checkLengths(parts: LintInput['parts']): LintIssue[] {
  return allSentences(parts)
    .filter(({ sentence }) => sentence.words.length > LONG_SENTENCE)
    .map(({ sentence }) => ({
      kind: 'long_sentence',
      severity: 'warning',
      message: `a sentence of ${sentence.words.length} tokens, more than ${LONG_SENTENCE}`,
      places: [sentence.source],
    }));
}

function checkShares({ train }: LintInput['parts']): LintIssue[] {
  const issues: LintIssue[] = [];
  const warn = (kind: 'entity_share' | 'few_sentences', message: string) =>
    issues.push({ kind, severity: 'warning', message, places: [] });
  if (train.length < FEW_SENTENCES)
    warn('few_sentences', `train has ${train.length} sentences, fewer than ${FEW_SENTENCES}`);
  const empty = train.filter(({ tags }) => tags.every((tag) => tag === 'O')).length;
  if (empty > train.length * LARGEST_EMPTY_SHARE) {
    warn('entity_share', `${empty} of ${train.length} train sentences have no entity: tagging nothing is nearly right`);
  }
  if (empty === 0 && train.length >= FEW_SENTENCES) {
    warn(
      'entity_share',
      'every train sentence has an entity: add some without, or the tagger will find names everywhere',
    );
  }
  return issues;
}
