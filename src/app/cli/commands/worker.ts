import { Command } from 'commander';

export function workerCommand(): Command {
  return new Command('worker')
    .description(
      'Take texts of `onomast bulk --queue` from Redis and tag them, until it is ended. Any number of workers, on any number of ' +
        'machines, share a queue; the texts of one that dies are done by another.',
    )
    .requiredOption('--queue <url>', 'redis://host:port, as bulk was given')
    .option(
      '--model <dir>',
      'model directory or registered name; it must be the very model of the job (default: the active model)',
    )
    .option('--trainings', 'take trainings of `train --folds --queue` and `curve --queue` in the place of texts')
    .option('--files <dir>', 'the folder of bulk --files, as this machine sees it; nothing outside it is read')
    .addHelpText('after', '\nExample:\n  onomast worker --queue redis://127.0.0.1:6379')
    .action(async (options: { queue: string; model?: string; files?: string; trainings?: boolean }) => {
      const { runTrainingWorker, runWorker } = await import('#app/cli/worker.js');
      await (options.trainings ? runTrainingWorker(options) : runWorker(options));
    });
}
