import { existsSync } from 'node:fs';
import { exportModule } from '#app/export/export-module.js';
import { exportOnnx } from '#app/export/export-onnx.js';
import { findModel, type ModelReference } from '#app/services/active-model.js';
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
  const beside = output.replace(/\.onnx$/, '');
  const paths = to === 'onnx' ? [output, `${beside}.json`, `${beside}.mjs`] : [output];
  const taken = paths.find((path) => existsSync(path));
  if (taken !== undefined && !force)
    throw new AppError('io_error', `${taken}: expected no file there, found one; --force replaces it`);
  const model = await findModel(spec);
  const files = await contentsOf(model, to);
  paths.forEach((path, i) => {
    writing(path, () => replaceFile(path, files[i], `${path}.tmp`, 'w'));
  });
  const megabytes = files.reduce((sum, { length }) => sum + length, 0) / 1e6;
  note(`onomast: ${model.id}@${model.version} is in ${paths.join(', ')}, ${megabytes.toFixed(2)} MB`);
}

async function contentsOf(
  { path, id, version }: ModelReference,
  to: ExportCommandOptions['to'],
): Promise<readonly Uint8Array[]> {
  switch (to) {
    case 'esm':
      return [Buffer.from((await exportModule(path, { id, version })).text)];
    case 'archive':
      return [await packModel(path, id)];
    case 'onnx': {
      const { graph, description, decoder, whyNotStreamed } = exportOnnx(path, { id, version });
      if (whyNotStreamed !== undefined)
        note(`onomast: the graph takes whole sentences, it cannot be run word by word: ${whyNotStreamed}`);
      return [graph, Buffer.from(description), decoder];
    }
  }
}
