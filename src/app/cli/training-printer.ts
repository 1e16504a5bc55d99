import type { TrainReport, TrainResult } from '#app/services/train.js';
import { counted } from '#base/counted.js';
import { percent } from '#base/percent.js';
import { formatEvaluation, toSeqevalReport } from '#tagging/evaluation/report.js';
import type { FoldReport, NoticeReport, RunReport, WatchReport } from '#training/reports/reports.js';
import { MORE_SENTENCES } from '#training/run/cross-validation.js';
import { forgettingJson, forgettingLines } from './forgetting-lines.js';
import { note, print, printJsonLine } from './output.js';
import { bar, compact, createProgressLine, duration, type ProgressLine } from './progress.js';
import { learningLine } from './vectors-progress.js';

export interface TrainingPrinter {
  report(report: TrainReport): void;
  finish(result: TrainResult): void;
  clear(): void;
}

/** Shows a training: a table with one row an epoch, JSON lines, or nothing but the result. */
export function createTrainingPrinter({
  json = false,
  quiet = false,
}: {
  json?: boolean;
  quiet?: boolean;
}): TrainingPrinter {
  const line = createProgressLine();
  return {
    clear: () => line.clear(),
    report(report) {
      if (report.type === 'notice') {
        line.clear();
        note(`onomast: ${report.message}`);
      } else if (report.type === 'remark') {
        line.clear();
        if (!json && !quiet) note(report.message);
      } else if (report.type === 'vectors') {
        if (!json && !quiet) line.show(`word vectors: ${learningLine(report)}`);
      } else if (report.type === 'watch') {
        return; // the command line has no watch-list
      } else if (report.type === 'forgetting') {
        line.clear();
        if (json) printJsonLine(forgettingJson(report));
        else if (!quiet) for (const text of forgettingLines(report)) note(text);
      } else if (json) {
        if (report.type !== 'step' && (report.type !== 'fold' || report.share === 1)) printJsonLine(jsonOf(report));
      } else if (!quiet) showReport(report, line);
    },
    finish(result) {
      line.clear();
      if (json) return printJsonLine({ type: 'done', ...summaryOf(result) });
      if (!quiet) note('');
      printResult(result);
    },
  };
}

function showReport(report: Exclude<RunReport, NoticeReport | WatchReport>, line: ProgressLine): void {
  if (report.type === 'fold') {
    showFold(report, line);
    return;
  }
  if (report.type === 'start') {
    const { train, dev, test } = report.sentences;
    const counts = `${train} sentences to train on${dev > 0 ? `, ${dev} dev` : ''}${test > 0 ? `, ${test} test` : ''}`;
    note(`${counts}; labels ${report.labels.join(' ')}; ${compact(report.parameters)} parameters`);
    if (report.resumedAtEpoch !== null) note(`resumed after epoch ${report.resumedAtEpoch}`);
    note(`\n${HEADER}\n${HEADER.replace(/\S/g, '-')}`);
    return;
  }
  if (report.type === 'step') {
    const done = report.batch / report.batches;
    line.show(
      `epoch ${report.epoch} ${bar(done)} ${String(Math.floor(100 * done)).padStart(3)} %  loss ${report.loss.toFixed(4)}` +
        `  ${compact(report.tokensPerSecond)} tokens/s  at most ${duration(report.secondsLeft)} left`,
    );
    return;
  }
  line.clear();
  if (report.epoch % rowsApart(report.epoch) !== 0) return;
  const micro = report.dev?.micro;
  const column = (share: number | undefined): string => (share === undefined ? '-' : percent(share)).padStart(6);
  note(
    [
      String(report.epoch).padStart(3),
      String(report.step).padStart(6),
      report.loss.toFixed(4).padStart(8),
      column(micro?.f1),
      column(micro?.precision),
      column(micro?.recall),
      compact(report.tokensPerSecond).padStart(8),
      duration(report.seconds).padStart(6),
      report.isBest ? ' *' : '',
    ].join('  '),
  );
}

/** The bar is that of all the trainings together. */
function showFold({ training, trainings, share, sentences, seconds }: FoldReport, line: ProgressLine): void {
  const done = (training - 1 + share) / trainings;
  const left = duration((seconds / done) * (1 - done));
  line.show(
    `training ${training} of ${trainings} for the scores ${bar(done)} ${Math.floor(100 * done)} %  ${left} left`,
  );
  if (share < 1) return;
  line.clear();
  note(`training ${training} of ${trainings} for the scores: ${sentences} sentences, ${duration(seconds)}`);
}

/** Of hundreds of epochs, which a small corpus has, nobody reads a row each. */
function rowsApart(epoch: number): number {
  if (epoch <= 30) return 1;
  return epoch <= 100 ? 10 : 50;
}

const HEADER = '  E       #      LOSS  ENTS_F  ENTS_P  ENTS_R     TOK/S    TIME';

/** Keys as in every other JSON of this program: snake case. */
function jsonOf(report: Exclude<RunReport, { type: 'notice' | 'step' | 'watch' }>): object {
  if (report.type === 'start') {
    const { type, runId, output, sentences, labels, parameters, resumedAtEpoch } = report;
    return { type, run: runId, output, sentences, labels, parameters, resumed_at_epoch: resumedAtEpoch };
  }
  if (report.type === 'fold') {
    const { type, training, trainings, sentences, seconds } = report;
    return { type, training, trainings, sentences, seconds };
  }
  const { type, epoch, step, loss, tokens, seconds, dev } = report;
  return {
    type,
    epoch,
    step,
    loss,
    learn_rate: report.learningRate,
    gradient_norm: report.gradientNorm,
    tokens,
    tokens_per_second: report.tokensPerSecond,
    seconds,
    seconds_left: report.secondsLeft,
    is_best: report.isBest,
    dev: dev && toSeqevalReport(dev),
  };
}

function summaryOf(result: TrainResult): object {
  const {
    runId,
    output,
    version,
    bestEpoch,
    outsideBiasShift,
    epochs,
    stopped,
    seconds,
    peakMemoryBytes,
    meta,
    dev,
    folds,
    estimate,
    test,
    activation,
  } = result;
  return {
    run: runId,
    output,
    version,
    best_epoch: bestEpoch,
    outside_shift: outsideBiasShift,
    epochs,
    stopped,
    seconds,
    peak_memory_bytes: peakMemoryBytes,
    weights_sha256: meta.weights_sha256,
    sources: meta.sources,
    active: activation.isActive,
    activation: activation.sentence,
    folds,
    more_sentences: estimate && {
      now: estimate.sentences,
      more: MORE_SENTENCES,
      f1_gain: estimate.later - estimate.now,
      ...(estimate.interval && { f1_gain_interval: estimate.interval }),
    },
    dev: toSeqevalReport(dev),
    test: test && toSeqevalReport(test),
  };
}

function printResult(result: TrainResult): void {
  const { output, version, bestEpoch, epochs, stopped, seconds, peakMemoryBytes, meta, dev, folds, test } = result;
  const why = { patience: 'no better dev F1 for a while', max_epochs: 'all epochs done', max_steps: 'all steps done' }[
    stopped
  ];
  const memory = `${Math.ceil(peakMemoryBytes / 2 ** 20)} MiB at the peak`;
  const which = folds === null ? `Best epoch ${bestEpoch} of ${epochs}` : counted(epochs, 'epoch');
  print(`${which} (${why}), ${duration(seconds)} of training, ${memory}.\n`);
  print(`${folds === null ? 'Dev' : `All sentences, by ${folds} folds`}. ${formatEvaluation(dev)}`);
  if (test) print(`\nTest. ${formatEvaluation(test)}`);
  const more = moreSentences(result);
  if (more !== null) print(`\n${more}`);
  print(`\nModel ${output}${version === null ? '' : ` (version ${version})`}, weights SHA-256 ${meta.weights_sha256}`);
  print(result.activation.sentence);
}

/** What more sentences would bring, in one line; null where nothing tells. */
function moreSentences({ folds, estimate, meta }: TrainResult): string | null {
  if (folds === null)
    return isSmall(meta) ? '`onomast curve` with the same files estimates what 50 more sentences would bring.' : null;
  const more = `${MORE_SENTENCES} more sentences`;
  if (estimate === null) return `${more}: no estimate, for trainings on a half of these did no worse.`;
  const gain = (f1: number): string => `${f1 < 0 ? '-' : '+'}${percent(Math.abs(f1))}`;
  const range = estimate.interval ? ` (95 %: ${gain(estimate.interval[0])} to ${gain(estimate.interval[1])})` : '';
  return `${more} would bring about ${gain(estimate.later - estimate.now)} F1${range}, by trainings on a half of these and on the folds.`;
}

/** Of more sentences, fifty more are no question. */
const SMALL_CORPUS = 2000;

function isSmall({ sources }: TrainResult['meta']): boolean {
  return (sources.find(({ role }) => role === 'train')?.sentences ?? 0) < SMALL_CORPUS;
}
