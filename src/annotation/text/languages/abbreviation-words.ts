/**
 * What the full stop after an abbreviation can be:
 * - `title`: only part of it, for a name follows ("Dr. Who");
 * - `number`: part of it if a number follows ("No. 5"), else the end of a sentence ("He said no.");
 * - `other`: part of it, and perhaps the end of a sentence as well ("Apple Inc.").
 */
export type AbbreviationKind = 'title' | 'number' | 'other';

/** The abbreviations of a language as they stand before a full stop, separated by white space. */
export type AbbreviationWords = Readonly<Record<AbbreviationKind, string>>;
