import { Command, Option } from 'commander';
import { note, print, printJson } from '#app/cli/output.js';

export function tokensCommand(): Command {
  const tokens = new Command('tokens').description(
    'Tokens that clients send as "Authorization: Bearer …"; a server that others reach asks for them.',
  );
  tokens
    .command('create')
    .description('Make a token and print it, this once: only its hash is kept.')
    .argument('<name>', 'what it is for, for instance "the newsroom"')
    .addOption(
      new Option('--scope <scope>', 'what it allows; each includes those before it')
        .choices(['tag', 'annotate', 'admin'])
        .default('tag'),
    )
    .addHelpText('after', '\nExample:\n  onomast tokens create newsroom --scope annotate')
    .action(async (name: string, { scope }: { scope: 'tag' | 'annotate' | 'admin' }) => {
      const { openHomeRegistry } = await import('#app/services/home-registry.js');
      const registry = openHomeRegistry();
      try {
        const { id, token } = registry.tokens.create({ name, scope });
        print(token);
        note(`onomast: keep it, it is not told again; "onomast tokens revoke ${id}" ends it`);
      } finally {
        registry.close();
      }
    });
  tokens
    .command('list')
    .description('List the tokens, newest first, the revoked ones too.')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { withExistingRegistry } = await import('#app/services/existing-registry.js');
      const list = (await withExistingRegistry((registry) => registry.tokens.list())) ?? [];
      if (json) return printJson(list);
      if (list.length === 0) return print('There is no token; `onomast tokens create NAME` makes one.');
      for (const { id, name, scope, createdAt, revokedAt } of list) {
        const state = revokedAt === undefined ? '' : `  revoked ${revokedAt.slice(0, 16)}`;
        print(`${id}  ${scope.padEnd(8)}  ${createdAt.slice(0, 16)}  ${name}${state}`);
      }
    });
  tokens
    .command('revoke')
    .description('End a token: from the next request on it is refused.')
    .argument('<id>', 'as `onomast tokens list` shows it')
    .action(async (id: string) => {
      const { AppError } = await import('#base/errors.js');
      const { withExistingRegistry } = await import('#app/services/existing-registry.js');
      const revoked = await withExistingRegistry((registry) => registry.tokens.revoke(id));
      if (!revoked) throw new AppError('not_found', `tokens: there is no valid token "${id}"`);
      print(`${revoked.id} is revoked`);
    });
  return tokens;
}
