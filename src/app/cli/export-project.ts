import { existsSync } from 'node:fs';
import { withAnnotation } from '#app/services/home-annotation.js';
import { AppError } from '#base/errors.js';
import { replaceFile } from '#base/files/atomic-write.js';
import { writing } from '#base/files/write-error.js';
import { projectNamed } from './import-documents.js';
import { note, print } from './output.js';

export interface ExportProjectOptions {
  readonly project: string;
  readonly to: string;
  readonly output: string;
  readonly force?: boolean;
}

/** `onomast export --project`: what was accepted, as it stands now. */
export function exportProject({ project, to, output, force }: ExportProjectOptions): void {
  const text = withAnnotation((annotation) => {
    const found = projectNamed(annotation, project);
    if (found !== undefined) return annotation.export(found.id, to).text;
    const names = annotation.projects().map(({ name }) => JSON.stringify(name));
    const there = names.length === 0 ? 'there is none yet' : `there are ${names.slice(0, 10).join(', ')}`;
    throw new AppError('not_found', `--project: there is no project ${JSON.stringify(project)}; ${there}`);
  });
  if (output === '-') {
    print(text);
    return;
  }
  if (existsSync(output) && !force)
    throw new AppError('io_error', `${output}: expected no file there, found one; --force replaces it`);
  const bytes = Buffer.from(text);
  writing(output, () => replaceFile(output, bytes, `${output}.tmp`, 'w'));
  note(`onomast: the accepted documents of "${project}" are in ${output}`);
}
