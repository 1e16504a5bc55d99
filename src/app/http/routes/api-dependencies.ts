import type { AppDependencies } from '#app/http/dependencies.js';
import type { Guards } from '#app/http/guards/guards.js';
import type { Limits } from '#app/http/limits.js';
import type { RequestTagging } from '#app/http/request-tagging.js';

/** What the resources of the JSON interface are made with. */
export interface ApiDependencies
  extends Pick<AppDependencies, 'models' | 'annotation' | 'administration' | 'bulkJobs'> {
  /** Takes one line, without its line break. */
  log(line: string): void;
  readonly tagging: RequestTagging;
  readonly limits: Limits;
  /** What a request passes before it is answered. */
  readonly guards: Guards;
}
