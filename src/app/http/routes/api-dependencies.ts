import type { RequestHandler } from 'express';
import type { AppDependencies } from '#app/http/dependencies.js';
import type { Limits } from '#app/http/limits.js';

/** What the resources of the JSON interface are made with. */
export interface ApiDependencies extends Pick<AppDependencies, 'models' | 'log'> {
  readonly limits: Limits;
  /** What a request with a JSON body passes before it is answered. */
  readonly bodyGuards: readonly RequestHandler[];
}
