import { basename } from 'node:path';
import type { AnnotationService } from '#app/services/annotation.js';
import { withAnnotation } from '#app/services/home-annotation.js';
import { ANY_FORMAT, type Upload, type UploadLedger } from '#app/services/project-documents.js';
import type { ProjectRecord } from '#app/store/projects.js';
import { counted } from '#base/counted.js';
import { AppError, messageOf } from '#base/errors.js';
import { readRegularFile, UnusableFile } from '#base/files/read-regular-file.js';
import { note, print, printJson } from './output.js';

/** What `onomast import` was called with. */
export interface ImportCommandOptions {
  readonly project: string;
  readonly from?: string;
  readonly labels?: string;
  readonly unchecked?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const MOST_BYTES = 200 * 2 ** 20;

/** `onomast import`: all files are read before anything of them is kept. */
export function importDocuments(files: readonly string[], options: ImportCommandOptions): void {
  const uploads = files.map((file) => uploadOf(file, options));
  const ledgers = withAnnotation((annotation) => {
    const read = uploads.map((upload) => annotation.look(upload));
    if (options.dryRun) return read;
    const id = projectFor(annotation, options, read);
    return uploads.map((upload) => annotation.keep(id, upload));
  });
  if (options.json) printJson(ledgers.map((ledger, i) => ({ file: files[i], kept: !options.dryRun, ...ledger })));
  else sayWhatWasRead(files, ledgers, options);
}

function sayWhatWasRead(
  files: readonly string[],
  ledgers: readonly UploadLedger[],
  { project, dryRun }: ImportCommandOptions,
): void {
  ledgers.forEach((ledger, i) => {
    print(sentenceOf(files[i], ledger));
    for (const remark of ledger.remarks) note(`${files[i]}: ${remark}`);
  });
  const documents = ledgers.reduce((sum, ledger) => sum + ledger.documents, 0);
  print(
    dryRun ? 'Nothing is kept (--dry-run).' : `Kept in the project "${project}": ${counted(documents, 'document')}.`,
  );
}

function uploadOf(file: string, { from = ANY_FORMAT, unchecked = false }: ImportCommandOptions): Upload {
  try {
    return { name: basename(file), content: readRegularFile(file, MOST_BYTES), format: from, isChecked: !unchecked };
  } catch (error) {
    const problem = error instanceof UnusableFile ? error.message : `cannot be read: ${messageOf(error)}`;
    throw new AppError('io_error', `${file}: ${problem}`, { cause: error });
  }
}

/** The project of this name; a new one begins with the labels that were named, else with those of the files. */
function projectFor(
  annotation: AnnotationService,
  { project, labels }: ImportCommandOptions,
  read: readonly UploadLedger[],
): number {
  const known = projectNamed(annotation, project);
  if (known !== undefined) return known.id;
  const named = labels?.split(/[\s,;]+/).filter((label) => label !== '') ?? [];
  const found = read.flatMap(({ byLabel }) => byLabel.map(({ label }) => label));
  const all = [...new Set([...named, ...found])];
  if (all.length === 0) {
    throw new AppError(
      'invalid_argument',
      `--labels: the project "${project}" is new, and there is no label in the files; name those it begins with: --labels PER,ORG`,
    );
  }
  return annotation.create(project, all);
}

/** By its name, or by the number in its address. */
export function projectNamed(annotation: AnnotationService, name: string): ProjectRecord | undefined {
  const projects = annotation.projects();
  return projects.find((project) => project.name === name) ?? projects.find(({ id }) => String(id) === name);
}

function sentenceOf(file: string, { format, documents, names, byLabel }: UploadLedger): string {
  const labels = byLabel.map((entry) => `${entry.label} ${entry.names}`).join(', ');
  const left = names.leftOut > 0 ? `, ${names.leftOut} left out` : '';
  return `${file}: ${counted(documents, 'document')}, ${counted(names.in, 'name')}${labels === '' ? '' : ` (${labels})`}${left}, read as ${format}`;
}
