import type { Request, Response } from 'express';
import type { Limits } from '#app/http/limits.js';
import type { RequestTagging } from '#app/http/request-tagging.js';
import { errorOf, isFailure } from '#app/serving/failure.js';
import type { JobOutput } from '#app/serving/tagging.js';
import { type TagView, tagView } from '#app/shared/tag-view.js';
import { readText } from './tag-inputs.js';

export interface PageTagging {
  readonly tagging: RequestTagging;
  readonly limits: Limits;
}

/** A text with its names, as pages show it; `modelSpec` is '' for the active model. */
export async function tagForPage(
  { tagging, limits }: PageTagging,
  { request, response }: { readonly request: Request; readonly response: Response },
  { text, modelSpec }: { readonly text: string; readonly modelSpec: string },
): Promise<TagView> {
  readText(text, { path: 'text', limits });
  const answer = await tagging.tag(response, modelSpec === '' ? undefined : modelSpec, {
    inputs: { texts: [text] },
    options: {},
    form: { kind: 'names' },
  });
  const [output] = answer.outputs;
  if (isFailure(output)) throw errorOf(output);
  const { identity: model, labels, ms } = answer;
  const baseUrl = `${request.protocol}://${request.headers.host ?? 'localhost'}`;
  return tagView(output as Exclude<JobOutput, string>, { model, labels, ms, baseUrl, modelSpec });
}
