/** What `onomast redact` was called with. */
export interface RedactCommandOptions {
  readonly model?: string;
  readonly operator: readonly string[];
  readonly kinds?: string;
  readonly region?: string;
  readonly threshold: number;
  readonly wordThreshold?: number;
  readonly key?: string;
  readonly secretFile?: string;
  readonly restore?: boolean;
  readonly format: 'text' | 'jsonl';
  readonly lines?: boolean;
}
