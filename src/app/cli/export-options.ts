/** What `onomast export` was called with. */
export interface ExportCommandOptions {
  readonly to: 'esm';
  readonly output: string;
  readonly force?: boolean;
}
