import type { Express } from 'express';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import type { Metrics } from '#app/http/metrics.js';

/** What Prometheus reads. */
export function addMetrics(app: Express, { metrics, guards }: { metrics: Metrics; guards: Guards }): void {
  app
    .route('/metrics')
    .get(...guards.show('admin'), async (_request, response) => {
      response
        .set('Cache-Control', 'no-store')
        .type(metrics.contentType)
        .send(await metrics.text());
    })
    .all(allowOnly(['GET']));
}
