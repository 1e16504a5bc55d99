/** What a model can be written as. */
export const EXPORT_KINDS = ['esm', 'onnx', 'archive'] as const;

/** What `onomast export` was called with. */
export interface ExportCommandOptions {
  readonly to: (typeof EXPORT_KINDS)[number];
  readonly output: string;
  readonly force?: boolean;
}
