import { Command, Option } from 'commander';
import { portOf, wholeNumber } from '#app/cli/option-values.js';
import type { ServeOptions } from '#app/cli/serve.js';

export function serveCommand(): Command {
  return new Command('serve')
    .description('Serve the page and the JSON endpoint. Without any model, the bundled corpus is learned first.')
    .option('--port <n>', 'port (default: PORT from the environment, else 3000)', portOf('--port'))
    .option('--host <address>', 'address to listen on (default: HOST from the environment, else 127.0.0.1)')
    .option(
      '--threads <n>',
      'threads that tag, at least 2 (default: one a core, 2 to 4)',
      wholeNumber('--threads', { from: 2, to: 64 }),
    )
    .option(
      '--memory <megabytes>',
      'memory for threads, bodies and answers together, at least 512 (default: 2048)',
      wholeNumber('--memory', { from: 512, to: 2 ** 20 }),
    )
    .addOption(
      new Option('--tokens <when>', 'ask for a token of `onomast tokens create`: auto, where others reach the server')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--allow-host <names...>', 'answer only to these host names, besides loopback ones')
    .option('--allow-origin <origins...>', 'let pages of these origins ask too, such as https://names.example')
    .option(
      '--trust-proxy <addresses...>',
      'believe the X-Forwarded-For and -Proto headers of proxies at these addresses',
    )
    .addOption(
      new Option(
        '--log <level>',
        'what is logged, as JSON lines to standard error: info is every request, never its text',
      )
        .choices(['info', 'warn', 'silent'])
        .default('warn'),
    )
    .addHelpText('after', '\nExample:\n  onomast serve --port 8080')
    .action(async (options: ServeOptions) => {
      const { serve } = await import('#app/cli/serve.js');
      await serve(options);
    });
}
