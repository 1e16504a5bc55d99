import type { Express } from 'express';
import { z } from 'zod';
import type { AppDependencies } from '#app/http/dependencies.js';
import { allowOnly } from '#app/http/error-handler.js';
import type { Guards } from '#app/http/guards/guards.js';
import { modelIds } from '#app/http/schemas/model-administration.js';
import { parseRequest } from '#app/http/schemas/parse-request.js';
import { packModel } from '#app/services/model-archive.js';
import { AppError } from '#base/errors.js';
import { META_FILE, PART_FILES } from '#tagging/model/model-files.js';

const fileIds = modelIds.extend({
  sha256: z.string().max(64),
  file: z.enum([META_FILE, ...Object.values(PART_FILES)]),
});

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** A model as one archive, for `onomast models import` elsewhere; and the files of a model, for browsers that tag by themselves; under the hash of its weights, so that they never change. */
export function addModelFiles(
  app: Express,
  {
    administration,
    guards,
  }: { readonly administration: NonNullable<AppDependencies['administration']>; readonly guards: Guards },
): void {
  app
    .route('/models/:model/archive')
    .get(...guards.show('annotate'), async (request, response) => {
      const { record } = administration.describe(parseRequest(modelIds, request.params).model);
      const archive = await packModel(record.path, record.name);
      const name = encodeURIComponent(`${record.name}-${record.version}.tgz`);
      response
        .set({ 'Cache-Control': 'no-store', 'Content-Disposition': `attachment; filename*=UTF-8''${name}` })
        .type('application/gzip')
        .send(Buffer.from(archive));
    })
    .all(allowOnly(['GET']));

  app
    .route('/models/:model/files/:sha256/:file')
    .get(...guards.show('tag'), (request, response, next) => {
      const { model, sha256, file } = parseRequest(fileIds, request.params);
      const { record } = administration.describe(model);
      if (record.weightsSha256 !== sha256)
        throw new AppError('not_found', `model ${model}: its weights have another SHA-256`);
      response.type(file.endsWith('.json') ? 'json' : 'application/octet-stream');
      response.sendFile(file, { root: record.path, maxAge: YEAR_MS, immutable: true, dotfiles: 'allow' }, (error) => {
        if (error && !response.headersSent)
          next(new AppError('not_found', `model ${model}: there is no ${file}`, { cause: error }));
      });
    })
    .all(allowOnly(['GET']));
}
