import type { EpochReport, StepReport, Timing } from '#training/reports/reports.js';

/** @param secondsBefore Of the same run before it was interrupted. */
export function createRunClock(secondsBefore: number): {
  seconds(): number;
  timing(report: StepReport | EpochReport, maxEpochs: number): Timing;
} {
  const start = performance.now();
  let tokens = 0;
  let tokensBeforeEpoch = 0;
  let fraction = 0;
  let firstFraction = -1;
  const here = (): number => (performance.now() - start) / 1000;
  return {
    seconds: () => secondsBefore + here(),
    timing(report, maxEpochs) {
      const inEpoch = report.type === 'epoch' ? 1 : report.batch / report.batches;
      tokens = tokensBeforeEpoch + report.tokens;
      if (report.type === 'epoch') tokensBeforeEpoch = tokens;
      fraction = (report.epoch - 1 + inEpoch) / maxEpochs;
      if (firstFraction < 0) firstFraction = fraction;
      const done = fraction - firstFraction;
      return {
        seconds: secondsBefore + here(),
        tokensPerSecond: tokens / here(),
        secondsLeft: done > 0 ? (here() / done) * (1 - fraction) : Number.NaN,
      };
    },
  };
}
