import { Command } from 'commander';
import { print, printJson } from '../output.js';

export function modelsCommand(): Command {
  const models = new Command('models')
    .description('List the registered models, newest first; the active one is marked *.')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  onomast models activate names@2');
  models.action(async ({ json }: { json?: boolean }) => {
    const { activeModel } = await import('../active-model.js');
    const { withExistingRegistry } = await import('../home-registry.js');
    const active = activeModel();
    const list = withExistingRegistry((registry) => registry.models.list()) ?? [];
    const isActive = (id: string, version: number): boolean => active?.id === id && active.version === version;
    const rows = list.map(({ name, version, path, labels, scores, weightsSha256, createdAt }) => ({
      id: name,
      version,
      active: isActive(name, version),
      f1: typeof scores.f1 === 'number' ? scores.f1 : null,
      labels,
      sha256: weightsSha256,
      created: createdAt,
      path,
    }));
    if (active && !rows.some((row) => row.active)) {
      rows.push({
        id: active.id,
        version: active.version,
        active: true,
        f1: null,
        labels: [],
        sha256: '',
        created: 'shipped',
        path: active.path,
      });
    }
    if (json) return printJson(rows);
    if (rows.length === 0) return print('There is no model yet; `onomast train` makes one.');
    for (const row of rows) {
      const f1 = row.f1 === null ? '     -' : (100 * row.f1).toFixed(2).padStart(6);
      print(
        `${row.active ? '*' : ' '} ${`${row.id}@${row.version}`.padEnd(20)} dev F1 ${f1}  ${row.created.slice(0, 16)}  ${row.path}`,
      );
    }
  });
  models
    .command('activate')
    .description('Make a registered model the one that is used when none is named.')
    .argument('<model>', 'name or name@version')
    .addHelpText('after', '\nExample:\n  onomast models activate names@2')
    .action(async (spec: string) => {
      const { AppError } = await import('../../errors.js');
      const { withExistingRegistry } = await import('../home-registry.js');
      const activated = withExistingRegistry((registry) => registry.models.activate(spec));
      if (!activated) throw new AppError('unknown_model', `models: there is no registered model "${spec}"`);
      print(`${activated.name}@${activated.version} is active`);
    });
  return models;
}
