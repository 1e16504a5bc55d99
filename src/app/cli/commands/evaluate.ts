import { Command, Option } from 'commander';
import type { ReadFlags } from '#app/cli/convert-files.js';
import { note, noteWarning, print, printJson } from '#app/cli/output.js';
import { withReadFlags } from '#app/cli/read-flags.js';

interface EvaluateOptions extends ReadFlags {
  readonly recut?: boolean;
  readonly model?: string;
  readonly json?: boolean;
  readonly confidenceIntervals?: boolean;
  readonly memory: 'on' | 'off';
}

export function evaluateCommand(): Command {
  return withReadFlags(
    new Command('evaluate')
      .description(
        'Score a model on annotated sentences: entity-level precision, recall and F1 as conlleval counts them, F1 on the same ' +
          'sentences in other cases, recall of names it never saw, and how far its scores can be trusted.',
      )
      .argument('<file...>', 'annotated sentences, in any format that train reads')
      .option('--model <dir>', 'model directory or registered name (default: the active model)')
      .option(
        '--json',
        'the scores as one JSON object, with the bins of a reliability diagram and the ledger of each file',
      )
      .option('--confidence-intervals', '95 % intervals of F1, from 1,000 bootstrap resamples of the sentences')
      .addOption(
        new Option('--memory <switch>', 'off scores every sentence as if it stood alone, though documents are marked')
          .choices(['on', 'off'])
          .default('on'),
      ),
  )
    .addHelpText('after', '\nExample:\n  onomast evaluate --model models/mine test.conll')
    .action(async (files: string[], options: EvaluateOptions) => {
      const { agreementNotice, readAnnotatedFiles, refuseMisaligned } = await import(
        '#app/services/annotated-files.js'
      );
      const { readOptionsOf } = await import('#app/cli/convert-files.js');
      const { evaluateFinally } = await import('#tagging/evaluation/final-evaluation.js');
      const { createKnownEntities } = await import('#tagging/evaluation/known-entities.js');
      const { isSecondColumnHint } = await import('#annotation/formats/conll.js');
      const { AppError } = await import('#base/errors.js');
      const { formatEvaluation, toSeqevalReport } = await import('#tagging/evaluation/report.js');
      const { noteRepairs } = await import('#app/cli/corpus-notes.js');
      const { loadActiveTagger } = await import('#app/services/load-active-tagger.js');
      const { sentences, ledgers, agreement } = await readAnnotatedFiles(files, {
        ...readOptionsOf(options),
        recut: options.recut ?? false,
      });
      for (const { name, hints } of ledgers) {
        const hint = hints.find(isSecondColumnHint);
        if (hint === undefined) continue;
        const message = `${name}: expected one column of gold tags, found two: ${hint}`;
        throw new AppError('malformed_corpus', `${message}; are these predictions beside gold?`);
      }
      refuseMisaligned(ledgers);
      for (const ledger of ledgers) noteRepairs(ledger);
      const notice = agreement === null ? null : agreementNotice(agreement);
      if (notice !== null) note(`onomast: ${notice}`);
      const { tagger: loaded, entities } = await loadActiveTagger(options.model, noteWarning);
      const tagger = options.memory === 'on' ? loaded : loaded.withMemory(0);
      const evaluation = evaluateFinally(tagger, sentences, {
        knownEntities: entities && createKnownEntities(entities),
        withIntervals: options.confidenceIntervals ?? false,
      });
      if (options.json) printJson({ ...toSeqevalReport(evaluation), ledgers });
      else print(formatEvaluation(evaluation));
      const strange = Object.keys(evaluation.labels).filter((label) => !tagger.labels.includes(label));
      if (strange.length > 0) note(`onomast: the model has never seen the labels ${strange.join(', ')}`);
    });
}
