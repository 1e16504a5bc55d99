import { Command } from 'commander';
import { EXIT } from '#app/cli/exit-codes.js';
import type { GradientCheckFlags } from '#app/cli/gradient-checks.js';
import { numberFrom, oneOf, wholeNumber } from '#app/cli/option-values.js';
import { print, printJson } from '#app/cli/output.js';
import type { Precision } from '#engine/kernels/kernels.js';

interface GradcheckOptions extends GradientCheckFlags {
  readonly json?: boolean;
}

export function gradcheckCommand(): Command {
  return new Command('gradcheck')
    .description('Compare every gradient of a network with two-sided differences.')
    .option('--network <cell>', 'the recurrent cell, a value of rnn_type: rnn (tanh), relu, gru, lstm')
    .option('--layers <n>', 'recurrent layers')
    .option('--hidden <n>', 'hidden units')
    .option('--look-ahead <k>', 'words to the right that the network sees')
    .option('--bidirectional', 'a second direction')
    .option('--residual', 'residual connections')
    .option('--normalization <kind>', 'none, layer or batch')
    .option('--attention <kind>', 'none, sentence or causal')
    .option('--crf', 'a conditional random field over the tags')
    .option('--no-crf', 'one softmax a token instead')
    .option('--char-filters <n>', 'filters of the character convolution')
    .option('--set <key=value...>', 'any other setting, as for train; small sizes by default')
    .option('--seed <n>', 'random seed', wholeNumber('--seed', { from: 0 }), 1)
    .option(
      '--precision <name>',
      'whose gradients: float64 of the reference kernels, or float32 of the fast ones',
      oneOf<Precision>('--precision', ['float64', 'float32']),
      'float64' as const,
    )
    .option('--epsilon <x>', 'half the width of the difference', numberFrom('--epsilon', { from: 0 }), 1e-7)
    .option('--steps <n>', 'optimiser steps before the second check', wholeNumber('--steps', { from: 0 }), 20)
    .option('--json', 'the reports as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  onomast gradcheck --network lstm --layers 2 --bidirectional --crf\n  onomast gradcheck --network relu --precision float32 --set L2=0.1',
    )
    .action(async (options: GradcheckOptions) => {
      const { runGradientChecks } = await import('#app/cli/gradient-checks.js');
      const { reports, text, passed } = await runGradientChecks(options);
      if (options.json) printJson(reports);
      else print(text);
      if (!passed) process.exitCode = EXIT.failed;
    });
}
