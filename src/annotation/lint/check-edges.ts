import { spansFromIob2 } from '#annotation/tags/spans.js';
import { quoted } from '#base/quoted.js';
import { allSentences, type LintInput, type LintIssue } from './lint-issue.js';

/** Entities without a letter, and entities that begin or end with what rarely belongs to a name. */
export function checkEdges({ parts }: LintInput): LintIssue[] {
  return allSentences(parts).flatMap(({ sentence: { words, tags, source } }) =>
    spansFromIob2(tags).flatMap(({ label, startToken, endToken }): LintIssue[] => {
      const name = words.slice(startToken, endToken);
      const fault = faultOf(name);
      if (fault === null) return [];
      return [{ ...fault, message: `${label} ${quoted(name.join(' '))} ${fault.message}`, places: [source] }];
    }),
  );
}

function faultOf(name: readonly string[]): Omit<LintIssue, 'places'> | null {
  const warning = (kind: 'punctuation_edge' | 'possessive_edge', message: string) =>
    ({ kind, severity: 'warning', message }) as const;
  if (name.every((word) => word.trim() === '')) {
    return { kind: 'blank_entity', severity: 'error', message: 'is white space only' };
  }
  if (!name.some(hasLetterOrDigit)) return warning('punctuation_edge', 'has no letter or digit');
  if (isOddEdge(name, 0)) return warning('punctuation_edge', 'begins with punctuation');
  const last = name.length - 1;
  if (last > 0 && POSSESSIVE.test(name[last]) && !belongsToName(name, last)) {
    return warning('possessive_edge', 'ends with a possessive or an apostrophe');
  }
  return isOddEdge(name, last) ? warning('punctuation_edge', 'ends with punctuation') : null;
}

const POSSESSIVE = /^['’](?:s|S)?$/;
const INITIAL = /^\p{L}\p{M}*(?:\.\p{L})*$/u;
const PAIRS = ['()', '[]', '“”', '„“', '«»', '「」', '《》', '""', "''", '‘’'];

function hasLetterOrDigit(word: string): boolean {
  return /[\p{L}\p{N}]/u.test(word);
}

function isOddEdge(name: readonly string[], index: number): boolean {
  return !hasLetterOrDigit(name[index]) && !belongsToName(name, index);
}

/** A bracket or quote whose partner is in the name, `Bank ( UK )`, or the full stop of an initial, `Lorenzo P .` */
function belongsToName(name: readonly string[], index: number): boolean {
  if (index > 0 && name[index] === '.' && INITIAL.test(name[index - 1])) return true;
  return PAIRS.some(([open, close]) => {
    if (index === 0) return name[0] === open && name.lastIndexOf(close) > 0;
    return name[index] === close && name.slice(0, index).includes(open);
  });
}
