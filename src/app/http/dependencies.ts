import type { RunRecord, RunWithEpochs } from '#app/store/run-record.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import type { Limits } from './limits.js';

/** All that the web application uses of the rest of the program. */
export interface AppDependencies {
  readonly models: TaggerSource;
  readonly runs: RunSource;
  /** Folder of the EJS pages; its `assets/` are served as they are. */
  readonly viewsDirectory: string;
  /** Takes one line, without its line break. */
  log(line: string): void;
  /** Host names that requests may be addressed to, without port; any when absent. See `loopbackHosts`. */
  readonly allowedHosts?: readonly string[];
  readonly limits?: Partial<Limits>;
}

export interface TaggerSource {
  /** Newest first; the shipped one last. */
  list(): readonly ModelSummary[];
  /**
   * @param spec `name` or `name@version`; the active model when absent.
   * @throws {AppError} `unknown_model`, `no_model`, or what loading throws.
   */
  get(spec?: string): Promise<Tagger>;
}

export interface ModelSummary {
  readonly id: string;
  readonly version: number;
  readonly sha256: string;
  readonly labels: readonly string[];
  readonly isActive: boolean;
  /** It came with the program; version 0. */
  readonly isShipped: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** 0 to 1: `precision`, `recall`, `f1` and whatever else was measured. */
  readonly scores: Readonly<Record<string, number>>;
}

/** The part of the run registry that is shown. */
export interface RunSource {
  list(): readonly RunRecord[];
  get(runId: string): RunWithEpochs;
}
