import { METHODS } from '#app/http/api-resource.js';
import type { DescribedOperation, OpenApiDocument, Schema } from '#app/http/openapi.js';
import { type CodeLines, codeLines } from './code-lines.js';

/** What `views/api.ejs` shows of the OpenAPI document. Every string is plain text. */
export interface ApiPageView {
  readonly groups: readonly { readonly title: string; readonly operations: readonly OperationView[] }[];
}

interface OperationView {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: readonly { readonly text: string; readonly isCode: boolean }[];
  /** The path with what the query must say. */
  readonly address: string;
  /** What stands in braces in the address. */
  readonly parameters: readonly string[];
  readonly fields: readonly FieldView[];
  readonly examples: readonly ExampleView[];
  readonly answers: readonly { readonly status: string; readonly description: string }[];
  readonly result: readonly FieldView[];
  /** What cannot be taken back is not tried from a page by a click. */
  readonly canTry: boolean;
}

interface FieldView {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly note: string;
}

interface ExampleView extends CodeLines {
  readonly name: string;
  /** Indented JSON; empty where there is no body. */
  readonly body: string;
}

const GROUPS: readonly (readonly [title: string, paths: RegExp])[] = [
  ['Projects', /^\/api\/projects/],
  ['Models', /^\/api\/models/],
  ['In the shapes of other tools', /^\/api\/(hf|label-studio|doccano)\b/],
  ['The server', /^\/(healthz|readyz|api\/openapi\.json)/],
  ['Finding names', /^/],
];
/** Finding names first: it is what most come for. */
const ORDER = ['Finding names', 'In the shapes of other tools', 'Models', 'Projects', 'The server'];

/** @param origin `http://127.0.0.1:3000`, for lines that can be run. */
export function apiPageView(document: OpenApiDocument, origin: string): ApiPageView {
  const { schemas } = document.components;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const title = GROUPS.find(([, paths]) => paths.test(path))![0];
      return [{ title, view: operationView({ method, path, operation, schemas, origin }) }];
    }),
  );
  return {
    groups: ORDER.map((title) => ({
      title,
      operations: operations.filter((one) => one.title === title).map(({ view }) => view),
    })).filter((group) => group.operations.length > 0),
  };
}

interface Described {
  readonly method: string;
  readonly path: string;
  readonly operation: DescribedOperation;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly origin: string;
}

function operationView({ method, path, operation, schemas, origin }: Described): OperationView {
  const { operationId, summary, description = '', requestBody, responses, parameters = [] } = operation;
  const content = requestBody?.content['application/json'];
  const examples = Object.entries(content?.examples ?? { call: {} }) as [string, { readonly value?: object }][];
  const success = Object.keys(responses).find((status) => status.startsWith('2'));
  const needed = parameters.filter(({ required }) => required === true);
  const query = needed.filter((parameter) => parameter.in === 'query').map(({ name }) => `${name}={${name}}`);
  const address = query.length === 0 ? path : `${path}?${query.join('&')}`;
  return {
    id: operationId,
    method: method.toUpperCase(),
    path,
    summary,
    description: description.split('`').map((text, i) => ({ text, isCode: i % 2 === 1 })),
    address,
    parameters: needed.map(({ name }) => String(name)),
    fields: [
      ...parameters.map((parameter) =>
        fieldOf(String(parameter.name), parameter.schema as Schema, parameter.required === true),
      ),
      ...(content ? fieldsOf(content.schema, schemas) : []),
    ],
    examples: examples.map(([name, { value }]) => ({
      name,
      body: value === undefined ? '' : JSON.stringify(value, null, 2),
      ...codeLines({ method: method.toUpperCase(), url: origin + address, body: value }),
    })),
    answers: Object.entries(responses).map(([status, answer]) => ({ status, description: answer.description })),
    result: success === undefined ? [] : fieldsOf(responses[success].content['application/json'].schema, schemas),
    canTry: method !== 'delete',
  };
}

/** The members of an object, or those of every object that it may be instead. */
function fieldsOf(schema: Schema, schemas: Readonly<Record<string, Schema>>): FieldView[] {
  const {
    properties,
    required = [],
    items,
    anyOf,
  } = resolved(schema, schemas) as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly required?: readonly string[];
    readonly items?: Schema | boolean;
    readonly anyOf?: readonly Schema[];
  };
  if (typeof items === 'object') return fieldsOf(items, schemas);
  const fields = [
    ...Object.entries(properties ?? {}).map(([name, member]) => fieldOf(name, member, required.includes(name))),
    ...(anyOf ?? []).flatMap((one) => fieldsOf(one, schemas)),
  ];
  return [...new Map(fields.map((field) => [field.name, field])).values()];
}

function fieldOf(name: string, schema: Schema, isRequired: boolean): FieldView {
  const notes = [
    ...('description' in schema ? [String(schema.description)] : []),
    ...('default' in schema ? [`${JSON.stringify(schema.default)} unless told`] : []),
    ...('maxItems' in schema ? [`at most ${Number(schema.maxItems).toLocaleString('en')} entries`] : []),
  ];
  return { name, type: typeOf(schema), isRequired: isRequired && !('default' in schema), note: notes.join('; ') };
}

function typeOf(schema: Schema): string {
  if (typeof schema.$ref === 'string') return nameOf(schema.$ref);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  const either = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (either !== undefined) return [...new Set(either.map(typeOf))].join(' or ');
  if (schema.type === 'array') {
    // A list of a fixed length says false where others say what the rest of them is.
    const items = (schema.prefixItems ?? [schema.items ?? {}]) as readonly Schema[];
    return `list of ${items.map(typeOf).join(', ')}`;
  }
  if ('const' in schema) return JSON.stringify(schema.const);
  return schema.type === undefined ? 'any' : String(schema.type);
}

function resolved(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  return typeof schema.$ref === 'string' ? (schemas[nameOf(schema.$ref)] ?? schema) : schema;
}

function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
