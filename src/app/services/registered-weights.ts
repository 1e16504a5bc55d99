import { AppError } from '#base/errors.js';

/** @throws {AppError} `damaged_model` if a directory holds other weights than were registered for the model. */
export function assertRegisteredWeights(
  found: string,
  registered: { readonly id: string; readonly version: number; readonly path: string; readonly sha256: string },
): void {
  const { id, version, path, sha256 } = registered;
  if (found === sha256) return;
  throw new AppError(
    'damaged_model',
    `model ${id}@${version}: "${path}" holds other weights than were registered (SHA-256 ${found.slice(0, 12)}…, not ` +
      `${sha256.slice(0, 12)}…), so it was overwritten; train or register it again, or use --model "${path}" as it is`,
  );
}
