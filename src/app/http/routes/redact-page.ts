import type { Express, Request, Response } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { PAGE_OPERATORS, redactionView, THRESHOLD_COSTS } from '#app/http/pages/redact-page.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { redactFormSchema, SERVED_KINDS } from '#app/http/schemas/redact.js';
import { STATUS_OF } from '#app/http/statuses.js';
import { AppError } from '#base/errors.js';
import { redactTexts } from './redact-texts.js';
import type { PageTagging } from './tag-for-page.js';
import { readText } from './tag-inputs.js';

export interface RedactPageDependencies extends Pick<AppDependencies, 'models'>, PageTagging {
  readonly guards: Guards;
}

const EXAMPLE =
  'Ada Lovelace wrote to José in Zürich, ada@example.org, +41 44 668 18 00. José has not answered Ada Lovelace yet.';
const EMPTY = 'There is nothing to redact yet. Type or paste a text.';

/** The page that hides the names of a text; it works without JavaScript. */
export function addRedactPage(app: Express, { models, tagging, limits, guards }: RedactPageDependencies): void {
  const render = (response: Response, { text, operator, threshold, region, model, ...rest }: ShownPage): void => {
    const choices = models.list().map(({ id, version, isActive }) => {
      const spec = `${id}@${version}`;
      return { spec, isActive, isSelected: spec === model };
    });
    response.set('Cache-Control', 'no-store').render('redact', {
      page: {
        title: 'Redact · Onomast',
        current: 'redact',
        text,
        choices,
        region,
        hasPhones: SERVED_KINDS.includes('PHONE_NUMBER'),
        operators: PAGE_OPERATORS.map((one) => ({ ...one, isSelected: one.type === operator })),
        costs: THRESHOLD_COSTS.map((one) => ({ ...one, isSelected: one.threshold === threshold })),
        result: undefined,
        note: undefined,
        ...rest,
      },
    });
  };
  const blank = { operator: 'replace', threshold: '', region: '', model: '' } as const;

  app
    .route('/redact')
    .get(...guards.show('tag'), (_request: Request, response: Response) => {
      render(response, { ...blank, text: EXAMPLE });
    })
    .post(...guards.form('tag'), async (request: Request, response: Response) => {
      const asked = parseRequest(redactFormSchema, request.body ?? {});
      // Forms send every line break as CRLF; the reader typed one character.
      const text = asked.text.replaceAll('\r\n', '\n');
      if (text.trim() === '') {
        response.status(422);
        return render(response, { ...asked, text, note: { kind: 'hint', message: EMPTY } });
      }
      try {
        readText(text, { path: 'text', limits });
        const { identity, outputs, key } = await redactTexts(tagging, response, {
          texts: [text],
          modelSpec: asked.model === '' ? undefined : asked.model,
          operators: { DEFAULT: { type: asked.operator } },
          threshold: 0,
          wordThreshold: asked.threshold === '' ? undefined : Number(asked.threshold),
          kinds: SERVED_KINDS,
          region: asked.region === '' ? undefined : asked.region,
          key: undefined,
        });
        const [output] = outputs;
        if (output instanceof Error) throw output;
        render(response, { ...asked, text, result: redactionView({ source: text, redacted: output, identity, key }) });
      } catch (error) {
        if (!(error instanceof AppError) || STATUS_OF[error.code] === 500) throw error;
        response.status(STATUS_OF[error.code]);
        const shown = error.code === 'text_too_long' ? '' : text;
        render(response, { ...asked, text: shown, note: { kind: 'error', message: error.message } });
      }
    })
    .all(allowOnly(['GET', 'POST']));
}

interface ShownPage {
  readonly text: string;
  readonly operator: string;
  /** '' for none. */
  readonly threshold: string;
  /** '' for none: only telephone numbers with a country code are found. */
  readonly region: string;
  /** '' for the active one. */
  readonly model: string;
  readonly result?: ReturnType<typeof redactionView>;
  readonly note?: { readonly kind: 'hint' | 'error'; readonly message: string };
}
