/**
 * The part of `natural` we use. Its main module loads database drivers and prints an advertisement to stdout, so the
 * one file that holds the tokenizer is imported by path; that file has no types of its own.
 */
declare module 'natural/lib/natural/tokenizers/regexp_tokenizer.js' {
  export class RegexpTokenizer {
    constructor(options: { readonly pattern: RegExp; readonly gaps: boolean });
    /** With `gaps: false` every match in order; `null` when there is none. */
    tokenize(text: string): string[] | null;
  }
}
