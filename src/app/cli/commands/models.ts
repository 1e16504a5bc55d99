import { Command } from 'commander';
import { noteWarning, print, printJson } from '#app/cli/output.js';
import { percent } from '#base/percent.js';

export function modelsCommand(): Command {
  const models = new Command('models')
    .description('List the registered models, newest first, and the shipped one; the active one is marked *.')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  onomast models activate names@2');
  models.action(async ({ json }: { json?: boolean }) => {
    const { isShipped, specOf, withModelList } = await import('#app/services/model-list.js');
    const { list, active } = await withModelList((all) => ({ list: all.list(), active: all.active() }), noteWarning);
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
      const f1 = row.f1 === null ? '     -' : percent(row.f1).padStart(6);
      const made = (row.shipped ? 'shipped' : row.created.slice(0, 16)).padEnd(16);
      print(`${row.active ? '*' : ' '} ${`${row.id}@${row.version}`.padEnd(20)} dev F1 ${f1}  ${made}  ${row.path}`);
    }
  });
  models
    .command('show')
    .description(
      'What is known of a model: scores, and what it was trained on, with the ledger and the hash of each file.',
    )
    .argument('<model>', 'name or name@version')
    .option('--json', 'as JSON: its meta.json')
    .addHelpText('after', '\nExample:\n  onomast models show names@2')
    .action(async (spec: string, _, command: Command) => {
      const { specOf, withModelList } = await import('#app/services/model-list.js');
      const { readMeta } = await import('#app/services/model-administration.js');
      const { describeSourceFile } = await import('#app/services/source-files.js');
      const { AppError } = await import('#base/errors.js');
      const record = await withModelList((all) => all.find(spec), noteWarning);
      const meta = readMeta(record);
      if (meta === null) {
        const expected = 'the files that were registered';
        throw new AppError(
          'damaged_model',
          `${specOf(record)}: expected ${expected} in ${record.path}, found others or none`,
        );
      }
      if (command.optsWithGlobals().json) return printJson(meta);
      print(`${specOf(record)}: ${meta.description}`);
      print(`  in ${record.path}, made ${meta.created} by Onomast ${meta.onomast}, node ${meta.node}`);
      print(`  labels ${meta.labels.join(' ')}; ${meta.parameters} parameters, seed ${meta.seed}`);
      print(`  SHA-256 of the weights ${meta.weights_sha256}, of the data ${meta.data_sha256}`);
      for (const { role, name, sentences, files = [] } of meta.sources) {
        print(`${role}: ${name}, ${sentences} sentences`);
        for (const file of files) print(`  ${describeSourceFile(file)}\n  SHA-256 ${file.sha256}`);
      }
    });
  models
    .command('activate')
    .description('Make a model the one that is used when none is named: a registered one, or the one that is shipped.')
    .argument('<model>', 'name or name@version')
    .option('--reason <text>', 'why; it is kept')
    .option('--force', 'although a pin breaks with it or a label falls; needs --reason')
    .addHelpText(
      'after',
      '\nExamples:\n  onomast models activate names@2\n  onomast models activate names-en\n' +
        '  onomast models activate ships@3 --force --reason "The pin of the ferry is to be revised"',
    )
    .action(async (spec: string, options: { readonly reason?: string; readonly force?: boolean }) => {
      const { activateModel } = await import('#app/cli/activate-model.js');
      print(`${await activateModel(spec, options)} is active`);
    });
  models
    .command('rollback')
    .description('Go back to the model that was active before the active one; repeated, to the one before that.')
    .addHelpText('after', '\nExample:\n  onomast models rollback')
    .action(async () => {
      const { specOf, withModelCatalogue } = await import('#app/services/model-list.js');
      const now = await withModelCatalogue((all) => all.rollBack());
      print(`${specOf(now)} is active again`);
    });
  models
    .command('remove')
    .description('Forget a registered model and delete its directory. If it was active, the one before it is.')
    .argument('<model>', 'name@version')
    .addHelpText('after', '\nExample:\n  onomast models remove names@1')
    .action(async (spec: string) => {
      const { assertOwn, specOf, withModelCatalogue, withModelList } = await import('#app/services/model-list.js');
      const found = await withModelList((all) => all.find(spec)); // a home that has no such model stays as it is
      assertOwn(found, 'removed');
      const { removed, active } = await withModelCatalogue((all) => {
        const record = all.remove(spec);
        return { removed: record, active: all.active() };
      });
      print(`${specOf(removed)} is removed; ${active ? `${specOf(active)} is active` : 'no model is left'}`);
    });
  models
    .command('rename')
    .description(
      'Give a registered model another name; it gets the next number of that name, and stays active if it is.',
    )
    .argument('<model>', 'name@version')
    .argument('<name>', '1 to 64 letters, digits, ".", "_" or "-"')
    .addHelpText('after', '\nExample:\n  onomast models rename names@2 letters')
    .action(async (spec: string, name: string) => {
      const { assertOwn, specOf, withModelCatalogue, withModelList } = await import('#app/services/model-list.js');
      const found = await withModelList((all) => all.find(spec)); // a home that has no such model stays as it is
      assertOwn(found, 'renamed');
      const renamed = await withModelCatalogue((all) => all.rename(spec, name));
      print(`${specOf(found)} is ${specOf(renamed)} now`);
    });
  models
    .command('import')
    .description(
      'Register a model from an archive of `export --to archive`, after every length and hash in it was compared; it becomes ' +
        'active with `models activate` only.',
    )
    .argument('<file>', 'the archive')
    .addHelpText('after', '\nExample:\n  onomast models import names.tgz')
    .action(async (file: string) => {
      const { importModel, unpackModel } = await import('#app/services/model-archive.js');
      const unpacked = await unpackModel(file); // a home stays as it is where the archive is not sound
      const { openHomeRegistry } = await import('#app/services/home-registry.js');
      const { MODELS_DIRECTORY } = await import('#app/services/paths.js');
      const registry = openHomeRegistry();
      try {
        const { name, version, path, isKnown } = importModel(unpacked, { registry, directory: MODELS_DIRECTORY });
        const spec = `${name}@${version}`;
        print(
          isKnown
            ? `${spec} is the same model already: ${path}`
            : `${spec} is in ${path}; models activate ${spec} uses it`,
        );
      } finally {
        registry.close();
      }
    });
  return models;
}
