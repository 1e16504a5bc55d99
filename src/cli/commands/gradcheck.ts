import { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { print, printJson } from '../output.js';

interface GradcheckOptions {
  readonly set?: string[];
  readonly seed: string;
  readonly epsilon: string;
  readonly steps: string;
  readonly json?: boolean;
}

export function gradcheckCommand(): Command {
  return new Command('gradcheck')
    .description('Compare every gradient of the network with two-sided differences, in float64.')
    .option('--set <key=value...>', 'settings of the network, as for train; small sizes by default')
    .option('--seed <n>', 'random seed', '1')
    .option('--epsilon <x>', 'half the width of the difference', '1e-7')
    .option('--steps <n>', 'optimiser steps before the second check', '20')
    .option('--json', 'the reports as JSON')
    .addHelpText('after', '\nExample:\n  onomast gradcheck --set rnn_type=relu --set look_ahead=1')
    .action(async (options: GradcheckOptions) => {
      const { runGradientChecks } = await import('../gradient-checks.js');
      const { reports, text, passed } = runGradientChecks(options);
      if (options.json) printJson(reports);
      else print(text);
      if (!passed) process.exitCode = EXIT.failed;
    });
}
