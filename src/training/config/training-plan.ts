import type { TrainingConfig } from './training-config.js';

/** Passes over a corpus of some size, and steps over a small one, when `max_epochs` leaves it open. */
const [USUAL_EPOCHS, FEWEST_STEPS] = [16, 1000];

export interface TrainingPlan {
  readonly epochs: number;
  /** Before so many steps patience never ends the training. */
  readonly fewestSteps: number;
}

/** A few hundred sentences make a dozen steps an epoch: as many epochs as teach a large corpus would teach them nothing. */
export function trainingPlan({ max_epochs }: TrainingConfig, batchesPerEpoch: number): TrainingPlan {
  if (max_epochs > 0) return { epochs: max_epochs, fewestSteps: 0 };
  return {
    epochs: Math.max(USUAL_EPOCHS, Math.ceil(FEWEST_STEPS / batchesPerEpoch)),
    fewestSteps: FEWEST_STEPS,
  };
}
