import { RUNS_AND_MODELS } from '#app/store/migrations/01-runs-and-models.js';
import { ACTIVATIONS_AND_TRAININGS } from '#app/store/migrations/02-activations-and-trainings.js';
import { PROJECTS } from '#app/store/migrations/03-projects.js';
import { TOKENS } from '#app/store/migrations/04-tokens.js';
import { NAMES_OF_RUNS } from '#app/store/migrations/05-names-of-runs.js';
import { KEPT_PARTS } from '#app/store/migrations/06-kept-parts.js';

/**
 * The schema, one step for each version, oldest first; one file each. Steps are only ever added: a step that was published
 * is never changed, for databases exist that have gone through it. Hashes are hexadecimal SHA-256, times ISO 8601 in UTC.
 */
export const MIGRATIONS: readonly string[] = [
  RUNS_AND_MODELS,
  ACTIVATIONS_AND_TRAININGS,
  PROJECTS,
  TOKENS,
  NAMES_OF_RUNS,
  KEPT_PARTS,
];
