import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestLogEntry } from './request-log-entry.js';

/** What Prometheus is told of a server. */
export interface Metrics {
  answered(entry: RequestLogEntry): void;
  /** Called whenever the metrics are read. */
  observe(name: keyof typeof GAUGES, value: () => number): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const GAUGES = {
  queue: ['onomast_requests_in_tagging', 'Requests that are tagged or wait for it'],
  models: ['onomast_models_loaded', 'Models in memory'],
  bytes: ['onomast_request_bytes', 'Bytes of bodies and answers in progress'],
  trainings: ['onomast_trainings_running', 'Trainings of the page that run'],
} as const;

export function createMetrics(): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const registers = [register];
  const requests = new Histogram({
    name: 'onomast_request_seconds',
    help: 'Seconds from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const tokens = new Counter({ name: 'onomast_tokens_total', help: 'Tokens that were tagged', registers });
  const tagging = new Histogram({
    name: 'onomast_tagging_seconds',
    help: 'Seconds that the batch of a request took to be tagged',
    buckets: SECONDS,
    registers,
  });
  return {
    answered({ method, route, status, ms, tokens: count, taggingMs }) {
      requests.observe({ method: knownMethod(method), route, status }, ms / 1000);
      if (count !== undefined) tokens.inc(count);
      if (taggingMs !== undefined) tagging.observe(taggingMs / 1000);
    },
    observe(name, value) {
      const [metric, help] = GAUGES[name];
      new Gauge({
        name: metric,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    },
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function knownMethod(method: string): string {
  return METHODS.has(method) ? method : 'other';
}
