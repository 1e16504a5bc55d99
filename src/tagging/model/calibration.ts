import { AppError } from '#base/errors.js';
import { shown } from '#base/quoted.js';

/** What is fitted on the dev part after training and is no weight of the network: kept in config.json. */
export interface Calibration {
  /** What scores are divided by before they become probabilities (Guo et al. 2017); 1 leaves them as they were learned. */
  readonly temperature: number;
  /** Weight of what earlier sentences of a text say of a word (tagger/document-memory.ts); 0 is none. */
  readonly memory: number;
}

const UNCALIBRATED: Calibration = { temperature: 1, memory: 0 };
export const TEMPERATURES = { least: 0.05, greatest: 20 } as const;
export const MEMORY_WEIGHTS = { least: 0, greatest: 2 } as const;

/**
 * @param value Undefined for models from before there was calibration; without `memory` for those from before there was one.
 * @throws {AppError} `invalid_config`
 */
export function parseCalibration(value: unknown, where: string): Calibration {
  if (value === undefined) return UNCALIBRATED;
  const { temperature, memory = 0 } = (value ?? {}) as Partial<Calibration>;
  const isWithin = (number: unknown, { least, greatest }: { least: number; greatest: number }): number is number =>
    typeof number === 'number' && number >= least && number <= greatest;
  if (isWithin(temperature, TEMPERATURES) && isWithin(memory, MEMORY_WEIGHTS)) return { temperature, memory };
  throw new AppError(
    'invalid_config',
    `${where}: "calibration" must hold a "temperature" from ${TEMPERATURES.least} to ${TEMPERATURES.greatest} and may ` +
      `hold a "memory" from ${MEMORY_WEIGHTS.least} to ${MEMORY_WEIGHTS.greatest}, found ${shown(value)}`,
  );
}
