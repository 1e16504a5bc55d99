export const TAG_INPUTS = ['text', 'html', 'markdown', 'jsonl', 'csv', 'conll'] as const;
export type TagInputKind = (typeof TAG_INPUTS)[number];

export const TAG_FORMATS = ['json', 'jsonl', 'conll', 'text', 'html'] as const;
export type TagFormat = (typeof TAG_FORMATS)[number];

/** The flags of `onomast tag`. */
export interface TagCommandOptions {
  readonly model?: string;
  /** Told by the names of files, else text, unless given. */
  readonly input?: TagInputKind;
  readonly format: TagFormat;
  /** The column or member that holds the text. */
  readonly column: string;
  /** Then the arguments are files. */
  readonly outputDir?: string;
  readonly threshold: number;
  readonly memory: 'on' | 'off';
  readonly offsetUnit: 'utf16' | 'codepoint' | 'utf8';
}
