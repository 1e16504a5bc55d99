/** Remembers the best score and says when to give up. */
export interface EarlyStopping {
  /** True if `score` is the best so far. */
  update(score: number, epoch: number): boolean;
  /** Where no score can tell, the latest is taken for the best. */
  keep(epoch: number): true;
  readonly bestScore: number;
  readonly bestEpoch: number;
  /** Never before anything was found: patience is for what no longer gets better, not for what has not begun. */
  shouldStop(epoch: number): boolean;
}

export function createEarlyStopping(patience: number, best: { score: number; epoch: number }): EarlyStopping {
  let { score: bestScore, epoch: bestEpoch } = best;
  return {
    update(score, epoch) {
      if (score <= bestScore) return false;
      bestScore = score;
      bestEpoch = epoch;
      return true;
    },
    keep(epoch) {
      bestScore = 0;
      bestEpoch = epoch;
      return true;
    },
    get bestScore() {
      return bestScore;
    },
    get bestEpoch() {
      return bestEpoch;
    },
    shouldStop: (epoch) => bestScore !== 0 && epoch - bestEpoch >= patience,
  };
}
