import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentencesOfDocument } from '#annotation/documents/sentences-of-document.js';
import type { ProjectRegistry } from '#app/store/projects.js';
import { documentOf } from './project-documents.js';

/** What a model can learn from in a project: its accepted documents. */
export function acceptedSentences(registry: ProjectRegistry, projectId: number): LabelledSentence[] {
  const { name } = registry.get(projectId);
  const sentences: LabelledSentence[] = [];
  for (const record of registry.documents(projectId, ['accepted']))
    for (const { words, tags } of sentencesOfDocument(documentOf(record, name)).sentences)
      sentences.push({ words, tags, document: record.id, source: { file: name, line: record.id } });
  return sentences;
}

/** Sentences that are compared while somebody waits. */
const MOST_COMPARED = 500;

/** Of all projects, the newest first. */
export function someAcceptedSentences(registry: ProjectRegistry): LabelledSentence[] {
  const sentences: LabelledSentence[] = [];
  for (const { id } of registry.list()) {
    if (sentences.length >= MOST_COMPARED) break;
    sentences.push(...acceptedSentences(registry, id));
  }
  return sentences.slice(0, MOST_COMPARED);
}
