import { batchSizes } from './batch-sizes.js';
import { crfRules } from './crf-rules.js';
import { deepNet } from './deep-net.js';
import type { Experiment } from './experiment.js';
import { gradientChecking } from './gradient-checking.js';
import { longBowl } from './long-bowl.js';
import { lstmGates } from './lstm-gates.js';
import { teddy } from './teddy.js';
import { weightedAverages } from './weighted-averages.js';

/** Every experiment of the pages, in the order to read them: the one place to enter a new one. */
export const EXPERIMENTS: readonly Experiment[] = [
  teddy,
  batchSizes,
  weightedAverages,
  longBowl,
  deepNet,
  gradientChecking,
  lstmGates,
  crfRules,
];
