import { AppError } from '#base/errors.js';
import { MEMORY_WEIGHTS } from '#tagging/model/calibration.js';
import type { TrainingConfig } from './training-config.js';

/**
 * The weight of the document memory that the configuration asks for; undefined where it is to be fitted.
 *
 * @throws {AppError} `invalid_config`
 */
export function memoryWeight({ memory }: Pick<TrainingConfig, 'memory'>): number | undefined {
  if (memory === 'auto') return undefined;
  const { least, greatest } = MEMORY_WEIGHTS;
  const weight = memory.trim() === '' ? Number.NaN : Number(memory);
  if (weight >= least && weight <= greatest) return weight;
  throw new AppError(
    'invalid_config',
    `"memory" must be auto or a number from ${least} to ${greatest}, found "${memory}"`,
  );
}
