import { z } from 'zod';
import type { ApiResource } from '#app/http/api-resource.js';
import { type OpenApiDocument, openApiDocument } from '#app/http/openapi.js';

/** The description of `others` and of itself, made when it is first asked for. */
export function openApiResource(others: readonly ApiResource[]): ApiResource {
  let document: OpenApiDocument | undefined;
  const resource: ApiResource = {
    path: '/api/openapi.json',
    operations: {
      get: {
        id: 'describe',
        summary: 'This document',
        answer: { name: 'OpenApiDocument', schema: z.looseObject({}), description: 'The document' },
        failures: [],
        handlers: [
          ({ baseUrl }, response) => {
            document ??= openApiDocument([...others, resource]);
            const servers = baseUrl === '' ? {} : { servers: [{ url: baseUrl }] }; // mounted in another app
            response.set('Cache-Control', 'no-cache').json({ ...document, ...servers });
          },
        ],
      },
    },
  };
  return resource;
}
