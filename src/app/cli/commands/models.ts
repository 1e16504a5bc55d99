import { Command } from 'commander';
import { print, printJson } from '#app/cli/output.js';

export function modelsCommand(): Command {
  const models = new Command('models')
    .description('List the registered models, newest first, and the shipped one; the active one is marked *.')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  onomast models activate names@2');
  models.action(async ({ json }: { json?: boolean }) => {
    const { isShipped, specOf, withModelList } = await import('#app/services/model-list.js');
    const { list, active } = await withModelList((all) => ({ list: all.list(), active: all.active() }));
    const rows = list.map(({ name, version, path, labels, scores, weightsSha256, createdAt }) => ({
      id: name,
      version,
      active: active !== undefined && specOf(active) === specOf({ name, version }),
      shipped: isShipped({ version }),
      f1: typeof scores.f1 === 'number' ? scores.f1 : null,
      labels,
      sha256: weightsSha256,
      created: createdAt,
      path,
    }));
    if (json) return printJson(rows);
    if (rows.length === 0) return print('There is no model yet; `onomast train` makes one.');
    for (const row of rows) {
      const f1 = row.f1 === null ? '     -' : (100 * row.f1).toFixed(2).padStart(6);
      const made = (row.shipped ? 'shipped' : row.created.slice(0, 16)).padEnd(16);
      print(`${row.active ? '*' : ' '} ${`${row.id}@${row.version}`.padEnd(20)} dev F1 ${f1}  ${made}  ${row.path}`);
    }
  });
  models
    .command('activate')
    .description('Make a registered model the one that is used when none is named.')
    .argument('<model>', 'name or name@version')
    .addHelpText('after', '\nExample:\n  onomast models activate names@2')
    .action(async (spec: string) => {
      const { AppError } = await import('#base/errors.js');
      const { withExistingRegistry } = await import('#app/services/existing-registry.js');
      const { isShipped, specOf, withModelList } = await import('#app/services/model-list.js');
      const chosen = await withModelList((all) => all.find(spec));
      if (isShipped(chosen)) {
        throw new AppError(
          'invalid_argument',
          `models: ${specOf(chosen)} comes with the program and is active while no other model is registered; ` +
            `--model ${chosen.name} uses it at any time`,
        );
      }
      await withExistingRegistry((registry) => registry.models.activate(specOf(chosen)));
      print(`${specOf(chosen)} is active`);
    });
  return models;
}
