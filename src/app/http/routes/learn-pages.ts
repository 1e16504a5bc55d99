import type { Express } from 'express';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { experimentView, outcomeView } from '#app/http/pages/learn-page.js';
import { EXPERIMENTS } from '#app/learn/experiments.js';
import { AppError } from '#base/errors.js';

/** The pages of experiments. Each works without scripts but those that train networks, which no server does for its readers. */
export function addLearnPages(app: Express, { guards }: { readonly guards: Guards }): void {
  app
    .route('/learn')
    .get(...guards.show('tag'), (_request, response) => {
      response.render('learn', {
        page: {
          title: 'Learn · Onomast',
          current: 'learn',
          experiments: EXPERIMENTS.map(({ id, title, summary }) => ({ href: `/learn/${id}`, title, summary })),
        },
      });
    })
    .all(allowOnly(['GET']));

  app
    .route('/learn/:id')
    .get(...guards.show('tag'), (request, response) => {
      const at = EXPERIMENTS.findIndex(({ id }) => id === request.params.id);
      if (at < 0) throw new AppError('not_found', `there is no experiment "${request.params.id}"; /learn lists them`);
      const shown = EXPERIMENTS[at];
      const next = EXPERIMENTS[at + 1];
      response.render('experiment', {
        page: {
          title: `${shown.title} · Onomast`,
          current: 'learn',
          experiment: experimentView(shown, request.query),
          outcome: outcomeView(shown, request.query),
          next: next && { href: `/learn/${next.id}`, title: next.title },
        },
      });
    })
    .all(allowOnly(['GET']));
}
