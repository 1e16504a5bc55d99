/** A name that was found: how sure the model was, and whether it is one of the gold names, label and all. */
export interface SpanOutcome {
  /** 0 to 1 */
  readonly score: number;
  readonly isCorrect: boolean;
}

/** Names whose scores lie from `from` up to but not including `to`; the last bin includes 1. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  /** Null where there are none. */
  readonly meanScore: number | null;
  /** Share of them that are right; equal to the mean score if the model is calibrated. */
  readonly shareCorrect: number | null;
}

export interface Reliability {
  /** Names found. */
  readonly number: number;
  /**
   * Expected calibration error: the distance of mean score and share correct, averaged over the names; null where none was
   * found.
   */
  readonly error: number | null;
  /** Ten of equal width. */
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 10;

/** Expected calibration error over bins of equal width (Guo et al. 2017, On Calibration of Modern Neural Networks). */
export function reliabilityOf(outcomes: readonly SpanOutcome[]): Reliability {
  const sums = Array.from({ length: BINS }, () => ({ number: 0, score: 0, correct: 0 }));
  for (const { score, isCorrect } of outcomes) {
    const bin = sums[Math.min(BINS - 1, Math.floor(score * BINS))];
    bin.number++;
    bin.score += score;
    if (isCorrect) bin.correct++;
  }
  const distance = sums.reduce((total, { score, correct }) => total + Math.abs(score - correct), 0);
  return {
    number: outcomes.length,
    error: outcomes.length === 0 ? null : distance / outcomes.length,
    bins: sums.map(({ number, score, correct }, i) => ({
      from: i / BINS,
      to: (i + 1) / BINS,
      number,
      meanScore: number === 0 ? null : score / number,
      shareCorrect: number === 0 ? null : correct / number,
    })),
  };
}
