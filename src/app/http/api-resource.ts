import type { Express, RequestHandler } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '#base/errors.js';
import { allowOnly } from './error-handler.js';

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

/**
 * An address of the JSON interface with all that is done there: what answers it and what describes it lie together, so
 * that the interface and its OpenAPI document cannot disagree.
 */
export interface ApiResource {
  /** As Express writes it: `/api/models/:id`. */
  readonly path: string;
  readonly operations: Readonly<Partial<Record<Method, Operation>>>;
}

export interface Operation {
  /** What generated clients call it: `listModels`. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: NamedSchema & { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> };
  readonly query?: z.ZodObject;
  readonly answer: NamedSchema & { readonly description: string; readonly status?: number };
  /** Every code it may be answered with, beside what all operations share. */
  readonly failures: readonly ErrorCode[];
  /** Guards, then what answers. */
  readonly handlers: readonly RequestHandler[];
}

/** A schema and its name among the components of the document. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: z.ZodType;
}

export function addResource(app: Express, { path, operations }: ApiResource): void {
  const route = app.route(path);
  const methods = METHODS.filter((method) => operations[method] !== undefined);
  for (const method of methods) route[method](...operations[method]!.handlers);
  route.all(allowOnly(methods.map((method) => method.toUpperCase())));
}
