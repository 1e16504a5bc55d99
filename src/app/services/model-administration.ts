import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Activation, ModelRecord } from '#app/store/models.js';
import { AppError } from '#base/errors.js';
import type { Interval } from '#tagging/evaluation/confidence-interval.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import { isShipped, type ModelCatalogue, specOf } from './model-list.js';
import { type Objections, refuse } from './objections.js';

/** Share from 0 to 1; the interval holds 95 of 100 resamples of the sentences. */
interface MeasuredF1 {
  readonly f1: number;
  readonly interval: Interval | null;
}

/** Scores on one part of the data, as the model's record tells them. */
export interface PartScores {
  readonly part: string;
  readonly overall: MeasuredF1 & { readonly precision: number; readonly recall: number };
  readonly labels: readonly (MeasuredF1 & { readonly label: string; readonly names: number | null })[];
}

/** All that is known of a model without loading it. */
export interface ModelDetails {
  readonly record: ModelRecord;
  readonly isActive: boolean;
  readonly isShipped: boolean;
  /** Null if its meta.json cannot be read. */
  readonly meta: ModelMeta | null;
  readonly scores: readonly PartScores[];
  /** Markdown; '' where there is none. */
  readonly card: string;
  /** Decisions to use it that were not taken back, newest first. */
  readonly activations: readonly Activation[];
}

/** Looking at models and changing which of them is used: what pages and the JSON interface share. */
export interface ModelAdministration {
  /** @throws {AppError} `unknown_model`; `invalid_argument` for a malformed spec. */
  describe(spec: string): ModelDetails;
  /**
   * @param reason Why, in one sentence; kept.
   * @param isForced Whatever speaks against it.
   * @throws {AppError} as `describe`; `damaged_model`; `activation_refused`, which names what speaks against it.
   */
  activate(spec: string, reason: string, isForced?: boolean): Promise<ModelDetails>;
  /** What speaks against making a model the active one. @throws {AppError} as `describe`; what loading throws. */
  objections(spec: string): Promise<Objections>;
  /** Goes back to the model that was active before. @throws {AppError} `invalid_argument` if there is none. */
  rollBack(): ModelDetails;
  /** Forgets a version and deletes its files. @throws {AppError} as `describe`; `invalid_argument` for the shipped model. */
  remove(spec: string): void;
  /** Gives a version another name. @throws {AppError} as `describe`; `invalid_argument` for the shipped model or no name. */
  rename(spec: string, name: string): ModelDetails;
}

const CARD_FILE = 'README.md';

export function createModelAdministration({
  catalogue,
  activations,
  objections,
}: {
  readonly catalogue: ModelCatalogue;
  activations(): readonly Activation[];
  objections(record: ModelRecord): Promise<Objections>;
}): ModelAdministration {
  const describe = (spec: string): ModelDetails => {
    const record = catalogue.find(spec);
    const active = catalogue.active();
    const meta = readMeta(record);
    return {
      record,
      isActive: active !== undefined && specOf(active) === specOf(record),
      isShipped: isShipped(record),
      meta,
      scores: meta === null ? [] : scoresOf(meta.performance),
      card: readText(join(record.path, CARD_FILE)) ?? '',
      activations: activations().filter(({ name, version }) => specOf({ name, version }) === specOf(record)),
    };
  };
  return {
    describe,
    async activate(spec, reason, isForced = false) {
      const told = reason.trim();
      if (told === '') throw new AppError('invalid_argument', 'reason: expected a sentence, found nothing');
      const record = catalogue.find(spec);
      if (!isForced) refuse(record, await objections(record));
      return describe(specOf(catalogue.activate(specOf(record), told)));
    },
    objections: async (spec) => objections(catalogue.find(spec)),
    rollBack: () => describe(specOf(catalogue.rollBack())),
    remove: (spec) => void catalogue.remove(spec),
    rename: (spec, name) => describe(specOf(catalogue.rename(spec, name))),
  };
}

/** What is damaged is told when the model is used; its page shows what the registry knows. */
export function readMeta({ path, weightsSha256 }: ModelRecord): ModelMeta | null {
  const text = readText(join(path, 'meta.json'));
  if (text === undefined) return null;
  try {
    const meta = JSON.parse(text) as ModelMeta;
    return meta.weights_sha256 === weightsSha256 ? meta : null;
  } catch {
    return null;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function scoresOf(performance: unknown): PartScores[] {
  const parts = typeof performance === 'object' && performance !== null ? Object.entries(performance) : [];
  return parts.flatMap(([part, told]) => {
    if (!isScores(told) || typeof told.overall_f1 !== 'number') return [];
    const labels = Object.entries(told).flatMap(([label, one]) =>
      isScores(one) && typeof one.f1 === 'number'
        ? [{ label, f1: one.f1, interval: intervalOf(one.f1_interval), names: numberOf(one.number) }]
        : [],
    );
    const overall = {
      f1: told.overall_f1,
      interval: intervalOf(told.overall_f1_interval),
      precision: numberOf(told.overall_precision) ?? 0,
      recall: numberOf(told.overall_recall) ?? 0,
    };
    return [{ part, overall, labels }];
  });
}

function isScores(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function intervalOf(value: unknown): Interval | null {
  return Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === 'number')
    ? [value[0] as number, value[1] as number]
    : null;
}
