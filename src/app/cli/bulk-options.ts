/** What `onomast bulk` was called with. */
export interface BulkCommandOptions {
  readonly model?: string;
  readonly output: string;
  readonly input: 'auto' | 'jsonl' | 'lines';
  readonly member: string;
  readonly threshold: number;
  readonly workers?: number;
  readonly queue?: string;
}
