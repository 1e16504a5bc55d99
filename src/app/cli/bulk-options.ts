/** What `onomast bulk` was called with. */
export interface BulkCommandOptions {
  readonly model?: string;
  readonly output: string;
  readonly input: 'auto' | 'jsonl' | 'lines';
  /** The format of annotated files, of which the texts are taken. */
  readonly from?: string;
  /** The format of the results, beside JSON lines. */
  readonly to?: string;
  readonly member: string;
  readonly threshold: number;
  readonly workers?: number;
  readonly queue?: string;
  /** A folder that the workers of the queue see too. */
  readonly files?: string;
}
