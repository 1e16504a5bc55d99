import type { Access } from '#app/http/guards/access.js';
import type { AnnotationService } from '#app/services/annotation.js';
import type { BulkJob } from '#app/services/bulk-jobs.js';
import type { ModelAdministration } from '#app/services/model-administration.js';
import type { TaggerSource } from '#app/services/tagger-pool.js';
import type { TrainingJobs } from '#app/services/training-job.js';
import type { Tagging } from '#app/serving/tagging.js';
import type { RunRecord, RunWithEpochs } from '#app/store/run-record.js';
import type { Limits } from './limits.js';
import type { Metrics } from './metrics.js';
import type { RequestLog } from './request-log.js';

/** All that the web application uses of the rest of the program. */
export interface AppDependencies {
  readonly models: TaggerSource;
  /** What tags the texts of requests; `models` in this thread when absent. */
  readonly tagging?: Tagging;
  readonly runs: RunSource;
  /** How far the jobs of `onomast bulk` are; none are shown without it. */
  readonly bulkJobs?: () => readonly BulkJob[];
  /** Pages of single models, and what changes which of them is used; without it models are listed only. */
  readonly administration?: ModelAdministration;
  /** Projects and what people decide in them; a server without it only tags. */
  readonly annotation?: AnnotationService;
  /** Trainings in processes of their own; without it no page trains. */
  readonly trainings?: TrainingJobs;
  /** Folder of the EJS pages; its `assets/` are served as they are. */
  readonly viewsDirectory: string;
  /** Folder of the scripts that the build bundles for browsers. */
  readonly scriptsDirectory: string;
  readonly log: RequestLog;
  /** What `/metrics` tells; there is no such route when absent. */
  readonly metrics?: Metrics;
  /** Host names that requests may be addressed to, without port; any when absent. See `loopbackHosts`. */
  readonly allowedHosts?: readonly string[];
  /** Who may do what; anybody anything when absent. */
  readonly access?: Access;
  /** Other origins whose pages may ask this server. */
  readonly allowedOrigins?: readonly string[];
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed, as Express takes them; none when absent. */
  readonly trustedProxies?: readonly string[];
  readonly limits?: Partial<Limits>;
}

/** The part of the run registry that is shown. */
export interface RunSource {
  list(): readonly RunRecord[];
  get(runId: string): RunWithEpochs;
}
