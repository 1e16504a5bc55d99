import type { ErrorCode } from '#base/errors.js';

/** What is told of a request that was answered; nothing of what was asked. */
export interface RequestLogEntry {
  readonly id: string;
  readonly method: string;
  /** The route as it is written in the program, such as `/runs/:id`; `other` for what no route answers. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly code?: ErrorCode;
  /** `name@version` */
  readonly model?: string;
  readonly tokens?: number;
  readonly taggingMs?: number;
}
