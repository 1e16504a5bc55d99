import { withExistingRegistry } from '#app/services/existing-registry.js';
import { specOf, withModelCatalogue, withModelList } from '#app/services/model-list.js';
import { objectionsTo, refuse } from '#app/services/objections.js';
import { AppError } from '#base/errors.js';

/**
 * Makes a model the active one, unless something speaks against it.
 *
 * @returns Its `name@version`.
 * @throws {AppError} `invalid_argument`, `unknown_model`, `activation_refused`
 */
export async function activateModel(
  spec: string,
  { reason, force = false }: { readonly reason?: string; readonly force?: boolean },
): Promise<string> {
  if (force && !reason?.trim())
    throw new AppError('invalid_argument', '--force: expected --reason beside it, which is kept, found none');
  const { record, active } = await withModelList((all) => ({ record: all.find(spec), active: all.active() }));
  if (!force) {
    const objections = await withExistingRegistry(async (registry) => {
      const { loadTagger } = await import('#tagging/tagger/load-tagger.js');
      return objectionsTo(record, { registry, active, load: ({ path }) => loadTagger(path) });
    });
    if (objections) refuse(record, objections);
  }
  await withModelCatalogue((all) => all.activate(specOf(record), reason?.trim() || 'as `models activate` asked'));
  return specOf(record);
}
