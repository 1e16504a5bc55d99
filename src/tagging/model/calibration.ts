import { AppError } from '#base/errors.js';

/** How sure a model may be: fitted on the dev part after training, kept in config.json. */
export interface Calibration {
  /** What scores are divided by before they become probabilities (Guo et al. 2017); 1 leaves them as they were learned. */
  readonly temperature: number;
}

export const UNCALIBRATED: Calibration = { temperature: 1 };
export const TEMPERATURES = { least: 0.05, greatest: 20 } as const;

/**
 * @param value Undefined for models from before there was calibration.
 * @throws {AppError} `invalid_config`
 */
export function parseCalibration(value: unknown, where: string): Calibration {
  if (value === undefined) return UNCALIBRATED;
  const { temperature } = (value ?? {}) as Partial<Calibration>;
  if (typeof temperature === 'number' && temperature >= TEMPERATURES.least && temperature <= TEMPERATURES.greatest) {
    return { temperature };
  }
  throw new AppError(
    'invalid_config',
    `${where}: "calibration" must hold a "temperature" from ${TEMPERATURES.least} to ${TEMPERATURES.greatest}, found ${JSON.stringify(value)}`,
  );
}
