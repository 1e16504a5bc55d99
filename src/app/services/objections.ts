import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { ModelRecord } from '#app/store/models.js';
import type { PinRecord } from '#app/store/pins.js';
import type { Registry } from '#app/store/registry.js';
import { AppError } from '#base/errors.js';
import { percent } from '#base/percent.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { someAcceptedSentences } from './accepted-sentences.js';
import { specOf } from './model-list.js';
import { brokenPlaces, isTriedOn } from './pins.js';

/** What speaks against making a model the active one. */
export interface Objections {
  /** One sentence each. */
  readonly sentences: readonly string[];
  readonly pins: { readonly kept: number; readonly broken: number; readonly untried: number };
}

/** A label may lose this much F1 (0 to 1) by chance. */
const FALL = 0.05;
/** With fewer names in the sentences a label's F1 says nothing. */
const LEAST_NAMES = 10;

/** Tries the pins on a model. */
export function objectionsOfPins(tagger: Pick<Tagger, 'tag' | 'labels'>, pins: readonly PinRecord[]): Objections {
  const tried = pins.filter((pin) => isTriedOn(pin, tagger.labels));
  const broken = tried.map((pin) => brokenPlaces(pin, tagger.tag(pin.text))).filter((places) => places.length > 0);
  return {
    sentences: broken.flat(),
    pins: { kept: tried.length - broken.length, broken: broken.length, untried: pins.length - tried.length },
  };
}

/** The labels that a model finds worse than the one before it on the same sentences. */
export function fallenLabels(before: Pick<Evaluation, 'labels'>, after: Pick<Evaluation, 'labels'>): string[] {
  return Object.entries(before.labels).flatMap(([label, { f1, gold }]) => {
    const now = after.labels[label]?.f1 ?? 0;
    if (gold < LEAST_NAMES || now >= f1 - FALL) return [];
    return [`${label} falls from F1 ${percent(f1)} to ${percent(now)}`];
  });
}

/** What speaks against a model of this registry; nothing is loaded where there is nothing to try it on. */
export async function objectionsTo(
  record: ModelRecord,
  {
    registry,
    active,
    load,
  }: {
    readonly registry: Pick<Registry, 'pins' | 'projects'>;
    readonly active: ModelRecord | undefined;
    load(record: ModelRecord): Promise<Tagger>;
  },
): Promise<Objections> {
  const pins = registry.pins.list();
  const accepted = someAcceptedSentences(registry.projects);
  if (pins.length === 0 && accepted.length === 0) return NONE;
  const isOther = active !== undefined && specOf(active) !== specOf(record);
  return objectionsOf(await load(record), { active: isOther ? await load(active) : undefined, pins, accepted });
}

const NONE: Objections = { sentences: [], pins: { kept: 0, broken: 0, untried: 0 } };

/** @throws {AppError} `activation_refused` if anything speaks against it. */
export function refuse(record: ModelRecord, { sentences }: Objections): void {
  if (sentences.length === 0) return;
  const more = sentences.length > 5 ? `; and ${sentences.length - 5} more` : '';
  throw new AppError(
    'activation_refused',
    `${specOf(record)} is not made active: ${sentences.slice(0, 5).join('; ')}${more}`,
  );
}

/** All that speaks against a model: pins that break, and labels that fall on sentences that people have accepted. */
function objectionsOf(
  tagger: Tagger,
  {
    active,
    pins,
    accepted,
  }: {
    /** What would give way. */
    readonly active: Tagger | undefined;
    readonly pins: readonly PinRecord[];
    readonly accepted: readonly LabelledSentence[];
  },
): Objections {
  const found = objectionsOfPins(tagger, pins);
  if (active === undefined || accepted.length === 0) return found;
  const fallen = fallenLabels(evaluateTagger(active, accepted), evaluateTagger(tagger, accepted));
  return { ...found, sentences: [...found.sentences, ...fallen.map((one) => `on what was accepted ${one}`)] };
}
