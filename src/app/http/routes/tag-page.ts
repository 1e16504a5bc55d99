import type { Express, Request, Response } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { allowKernels } from '#app/http/guards/security.js';
import { EXAMPLES } from '#app/http/pages/examples.js';
import { pageFormSchema, pageQuerySchema } from '#app/http/schemas/forms.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { STATUS_OF } from '#app/http/statuses.js';
import { explainName } from '#app/shared/explain-name.js';
import { labelStyles } from '#app/shared/labels.js';
import type { TagView } from '#app/shared/tag-view.js';
import { whyTold } from '#app/shared/why-told.js';
import { type WhyView, whyView } from '#app/shared/why-view.js';
import { AppError } from '#base/errors.js';
import { type PageTagging, tagForPage } from './tag-for-page.js';
import { mentionBody } from './why.js';

export interface TagPageDependencies extends Pick<AppDependencies, 'models' | 'annotation'>, PageTagging {
  readonly guards: Guards;
  /** Whether browsers can fetch models; see `addModelFiles`. */
  readonly hasFiles: boolean;
}

/** A line above the result: a hint how to go on, or what went wrong. */
interface Note {
  readonly kind: 'hint' | 'error';
  readonly message: string;
}

/** The page that tags a text; it works without JavaScript. */
export function addTagPage(
  app: Express,
  { models, annotation, tagging, limits, guards, hasFiles }: TagPageDependencies,
): void {
  const renderTagPage = (response: Response, page: TagPage): void => {
    const { text, modelSpec, isWelcome = false, result, why, note } = page;
    const listed = models.list();
    const choices = listed.map(({ id, version, isActive }) => {
      const spec = `${id}@${version}`;
      return { spec, isActive, isSelected: spec === modelSpec };
    });
    const addresses = hasFiles
      ? JSON.stringify(listed.map(({ id, version, sha256, isActive }) => ({ id, version, sha256, isActive })))
      : '[]';
    const labels = JSON.stringify(
      Object.fromEntries(listed.map((model) => [`${model.id}@${model.version}`, model.labels])),
    );
    const examples = EXAMPLES.map((example, index) => ({ text: example, href: exampleHref(index, modelSpec) }));
    const view = {
      title: 'Onomast',
      current: 'tag',
      text,
      modelSpec,
      isWelcome,
      choices,
      labels,
      addresses,
      examples,
      result,
      why,
      note,
    };
    if (hasFiles) allowKernels(response);
    response.set('Cache-Control', 'no-store').render('index', { page: view });
  };

  const tag = (request: Request, response: Response, asked: { text: string; modelSpec: string }): Promise<TagView> =>
    tagForPage({ tagging, limits }, { request, response }, asked);

  /** For readers without scripts; the panel of the client asks the JSON interface the same. */
  const explain = async (text: string, modelSpec: string, place: string): Promise<WhyView> => {
    const tagger = await models.get(modelSpec === '' ? undefined : modelSpec);
    const [start, end] = place.split('-').map(Number);
    const told = whyTold(tagger.model, explainName(tagger, text, { start, end }));
    const mentions = annotation?.mentions(told.text, told.label).map(mentionBody) ?? [];
    return whyView(told, { source: text, mentions, styles: (found) => labelStyles(tagger.labels, found) });
  };

  app
    .route('/')
    .get(...guards.show('tag'), async (request: Request, response: Response) => {
      const { example, model: modelSpec } = parseRequest(pageQuerySchema, request.query);
      const text = EXAMPLES[(example ?? 1) - 1];
      const isWelcome = example === undefined;
      if (text === undefined)
        throw new AppError('not_found', `example: expected 1 to ${EXAMPLES.length}, found ${example}`);
      try {
        renderTagPage(response, {
          text,
          modelSpec,
          isWelcome,
          result: await tag(request, response, { text, modelSpec }),
        });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'no_model') throw error;
        renderTagPage(response, { text, modelSpec, isWelcome, note: { kind: 'hint', message: NO_MODEL } });
      }
    })
    .post(...guards.form('tag'), async (request: Request, response: Response) => {
      const { text: sent, model: modelSpec, why } = parseRequest(pageFormSchema, request.body ?? {});
      // Forms send every line break as CRLF (HTML standard, "constructing the entry list"); the reader typed one character.
      const text = sent.replaceAll('\r\n', '\n');
      if (text.trim() === '') {
        response.status(422);
        return renderTagPage(response, { text, modelSpec, note: { kind: 'hint', message: EMPTY } });
      }
      try {
        const result = await tag(request, response, { text, modelSpec });
        const answer = why === undefined ? {} : { why: await explain(text, modelSpec, why) };
        renderTagPage(response, { text, modelSpec, result, ...answer });
      } catch (error) {
        if (!(error instanceof AppError) || STATUS_OF[error.code] === 500) throw error;
        response.status(STATUS_OF[error.code]);
        const message = error.code === 'no_model' ? NO_MODEL : error.message;
        renderTagPage(response, {
          text: error.code === 'text_too_long' ? '' : text,
          modelSpec,
          note: { kind: 'error', message },
        });
      }
    })
    .all(allowOnly(['GET', 'POST']));
}

interface TagPage {
  readonly text: string;
  /** '' for the active model. */
  readonly modelSpec: string;
  /** The reader has chosen nothing yet: the text is the first example. */
  readonly isWelcome?: boolean;
  readonly result?: TagView;
  readonly why?: WhyView;
  readonly note?: Note;
}

const EMPTY = 'There is nothing to tag yet. Type or paste a text, or try an example.';
const NO_MODEL = 'There is no model yet. Train one with “npm run train”, then reload this page.';

function exampleHref(index: number, modelSpec: string): string {
  const query = new URLSearchParams({ example: String(index + 1), ...(modelSpec === '' ? {} : { model: modelSpec }) });
  return `/?${query}`;
}
