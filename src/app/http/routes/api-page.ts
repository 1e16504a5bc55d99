import type { Express } from 'express';
import type { ApiResource } from '#app/http/api-resource.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { openApiDocument } from '#app/http/openapi.js';
import { apiPageView } from '#app/http/pages/api-page.js';

export interface ApiPageOptions {
  readonly resources: readonly ApiResource[];
  readonly guards: Guards;
}

/** The JSON interface as a page for people: what it takes, lines to copy, and a place to try it. */
export function addApiPage(app: Express, { resources, guards }: ApiPageOptions): void {
  app
    .route('/api')
    .get(...guards.show('tag'), (request, response) => {
      const origin = `${request.protocol}://${request.headers.host ?? ''}`;
      response.render('api', {
        page: {
          title: 'API · Onomast',
          current: 'api',
          origin,
          ...apiPageView(openApiDocument(resources), origin),
        },
      });
    })
    .all(allowOnly(['GET']));
}
