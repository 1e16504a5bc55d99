import { existsSync } from 'node:fs';
import { exportModule } from '#app/export/export-module.js';
import { findModel } from '#app/services/active-model.js';
import { AppError } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { writing } from '#base/files/write-error.js';
import type { ExportCommandOptions } from './export-options.js';
import { note } from './output.js';

/** `onomast export`. */
export async function exportModel(spec: string | undefined, { output, force }: ExportCommandOptions): Promise<void> {
  if (existsSync(output) && !force)
    throw new AppError('io_error', `${output}: expected no file there, found one; --force replaces it`);
  const { path, id, version } = await findModel(spec);
  const { text, bytes } = await exportModule(path, { id, version });
  writing(output, () => replaceFile(output, Buffer.from(text), `${output}.tmp`, 'w'));
  note(`onomast: ${id}@${version} is in ${output}, ${(bytes / 1e6).toFixed(2)} MB`);
}
