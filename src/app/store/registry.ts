import { type Database, type DatabaseOptions, openDatabase } from './database.js';
import { createModelRegistry, type ModelRegistry, type NewModel } from './models.js';
import { createPinRegistry, type PinRegistry } from './pins.js';
import { createProjectRegistry, type ProjectRegistry } from './projects.js';
import { createRunRegistry, type RunRegistry } from './runs.js';
import { createSentencePartRegistry, type SentencePartRegistry } from './sentence-parts.js';
import { createTokenRegistry, type TokenRegistry } from './tokens.js';
import { createTrainingJobRegistry, type TrainingJobRegistry } from './training-jobs.js';

/** What was trained and what came of it, and what people annotate: one SQLite file. */
export interface Registry {
  readonly models: ModelRegistry;
  readonly runs: RunRegistry;
  readonly tokens: TokenRegistry;
  readonly trainingJobs: TrainingJobRegistry;
  readonly projects: ProjectRegistry;
  readonly pins: PinRegistry;
  readonly sentenceParts: SentencePartRegistry;
  /** False for a database in memory, which forgets all when the program ends. */
  readonly isKept: boolean;
  /** Registers the model of a run and closes the run, both or neither. Returns the model's version. */
  completeRun(runId: string, model: NewModel): number;
  close(): void;
}

/** @param path A file, or `:memory:`. @throws {AppError} `database_error`, `database_busy` */
export function openRegistry(path: string, options: DatabaseOptions = {}): Registry {
  const database: Database = openDatabase(path, options);
  const models = createModelRegistry(database);
  const runs = createRunRegistry(database);
  return {
    models,
    runs,
    tokens: createTokenRegistry(database),
    trainingJobs: createTrainingJobRegistry(database),
    projects: createProjectRegistry(database),
    pins: createPinRegistry(database),
    sentenceParts: createSentencePartRegistry(database),
    isKept: database.homeDirectory !== undefined,
    completeRun: (runId, model) =>
      database.transaction(() => {
        const { name, version } = models.register(model);
        runs.finishRun(runId, 'finished', { modelName: name, modelVersion: version });
        return version;
      }),
    close: () => database.close(),
  };
}
