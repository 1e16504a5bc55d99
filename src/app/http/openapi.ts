import { z } from 'zod';
import { errorAnswer, errorEntry } from '#app/http/schemas/errors.js';
import { model } from '#app/http/schemas/models.js';
import { entity, tagResultAnswer, token } from '#app/http/schemas/tag.js';
import type { ErrorCode } from '#base/errors.js';
import { type ApiResource, METHODS, type Method, type Operation } from './api-resource.js';
import { STATUS_OF } from './statuses.js';

/** A JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = { readonly [keyword: string]: unknown };

/** The part of OpenAPI 3.1 that is used here. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, DescribedOperation>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Schema[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly description: string;
  readonly content: Content;
}

type Content = {
  readonly 'application/json': { readonly schema: Schema; readonly examples?: Readonly<Record<string, unknown>> };
};

/** Version of the interface, not of the program: it grows with what clients can rely on. */
const INTERFACE_VERSION = '1.1.0';

/** What every operation may be answered with. */
const SHARED_FAILURES: readonly ErrorCode[] = ['forbidden_origin', 'internal'];

/** Parts of answers that have a name of their own in the document. */
const SHARED_ANSWERS = {
  Error: errorAnswer,
  ErrorEntry: errorEntry,
  Model: model,
  Entity: entity,
  Token: token,
  TagResult: tagResultAnswer,
} as const;

/** Describes the resources as they are mounted; the schemas that check requests are the ones that are shown. */
export function openApiDocument(resources: readonly ApiResource[]): OpenApiDocument {
  const operations = resources.flatMap((resource) => Object.values(resource.operations));
  const bodies = operations.flatMap(({ body }) => (body ? [[body.name, body.schema] as const] : []));
  const answers = operations.map(({ answer }) => [answer.name, answer.schema] as const);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Onomast',
      version: INTERFACE_VERSION,
      description:
        'Finds names in text. Every error is answered as `Error`, as JSON unless the client prefers HTML. ' +
        'Every route answers OPTIONS; every GET also HEAD.',
    },
    paths: Object.fromEntries(resources.map((resource) => [pathOf(resource.path), pathItem(resource)])),
    components: {
      schemas: {
        ...jsonSchemas(bodies, 'input'),
        ...jsonSchemas([...Object.entries(SHARED_ANSWERS), ...answers], 'output'),
      },
    },
  };
}

function pathItem({ path, operations }: ApiResource): Partial<Record<Method, DescribedOperation>> {
  const described = METHODS.flatMap((method) => {
    const operation = operations[method];
    return operation === undefined ? [] : [[method, describe(path, operation)] as const];
  });
  return Object.fromEntries(described);
}

function describe(path: string, operation: Operation): DescribedOperation {
  const { id, summary, description, body, query, answer, failures } = operation;
  const parameters = [...pathParameters(path), ...(query ? queryParameters(query) : [])];
  const { description: meaning, name, status = 200 } = answer;
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: ref(body.name), ...(body.examples && { examples: body.examples }) },
        },
      },
    }),
    responses: { [status]: response(meaning, ref(name)), ...responsesOf([...failures, ...SHARED_FAILURES]) },
  };
}

/** One response for each status; its description names the codes that are answered with it. */
function responsesOf(codes: readonly ErrorCode[]): Record<string, Response> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const status = STATUS_OF[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, names]) => [status, response(names.join(', '), ref('Error'))]));
}

function jsonSchemas(
  named: readonly (readonly [string, z.ZodType])[],
  io: 'input' | 'output',
): Readonly<Record<string, Schema>> {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of named) names.add(schema, { id });
  const { schemas } = z.toJSONSchema(names, { io, uri: reference, unrepresentable: 'any' });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _address, ...schema }]) => [name, schema as Schema]),
  );
}

function pathParameters(path: string): readonly Schema[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject): readonly Schema[] {
  // As it is understood: what is written is always text. A value that has a default is there then, and need not be given.
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'output' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    ...(required.includes(name) && !(typeof schema === 'object' && 'default' in schema) && { required: true }),
    schema,
  }));
}

/** `/api/models/:id` becomes `/api/models/{id}`. */
function pathOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function response(description: string, schema: Schema): Response {
  return { description, content: { 'application/json': { schema } } };
}

function ref(name: string): Schema {
  return { $ref: reference(name) };
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}
