import { existsSync } from 'node:fs';
import { exportModule } from '#app/export/export-module.js';
import { findModel } from '#app/services/active-model.js';
import { packModel } from '#app/services/model-archive.js';
import { AppError } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { writing } from '#base/files/write-error.js';
import type { ExportCommandOptions } from './export-options.js';
import { note } from './output.js';

/** `onomast export`. */
export async function exportModel(
  spec: string | undefined,
  { to, output, force }: ExportCommandOptions,
): Promise<void> {
  if (existsSync(output) && !force)
    throw new AppError('io_error', `${output}: expected no file there, found one; --force replaces it`);
  const { path, id, version } = await findModel(spec);
  const bytes =
    to === 'archive' ? await packModel(path, id) : Buffer.from((await exportModule(path, { id, version })).text);
  writing(output, () => replaceFile(output, bytes, `${output}.tmp`, 'w'));
  note(`onomast: ${id}@${version} is in ${output}, ${(bytes.length / 1e6).toFixed(2)} MB`);
}
