import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Registry } from '#app/store/registry.js';
import { messageOf } from '#base/errors.js';
import { percent } from '#base/percent.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import type { RunResult } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import { readMeta } from './model-administration.js';
import { createModelCatalogue, specOf } from './model-list.js';
import { fallenLabels, objectionsOfPins } from './objections.js';
import { assertRegisteredWeights } from './registered-weights.js';
import { readShippedModel } from './shipped-model.js';

/** When a new model becomes the active one: if it is better than the active one, in any case, or not. */
export type ActivationChoice = 'when_better' | 'always' | 'never';

/** What became of a new model. */
export interface ActivationOutcome {
  /** `name@version`; null if it could not be registered. */
  readonly spec: string | null;
  readonly isActive: boolean;
  /** It finds none of the names of dev, which makes it useless: it never becomes active. */
  readonly findsNothing: boolean;
  /** The model that was active before and what it scores on the same dev sentences, F1 from 0 to 1; null if there was none. */
  readonly rival: { readonly spec: string; readonly f1: number | null } | null;
  /** One sentence for people. */
  readonly sentence: string;
}

/**
 * The one rule of activation: a new model becomes active if it knows every label of the active one and scores a higher F1 on
 * the dev sentences of its training, or if there is no other; not if a pin breaks with it, or one of the labels falls on those
 * sentences. Where folds took the place of dev, the active model may have learned from the very sentences: then what each scored
 * on sentences it had not learned from is compared. `choice` overrides all of that; a model that finds nothing never becomes active.
 */
export async function offerModel({
  registry,
  result,
  name,
  dev,
  train,
  choice,
}: {
  /** Where the model is registered; without one nothing can become active. */
  readonly registry: Pick<Registry, 'models' | 'pins'> | undefined;
  readonly result: Pick<RunResult, 'version' | 'output' | 'dev' | 'folds'>;
  /** What it was registered as. */
  readonly name: string;
  /** What it was scored on: the sentences it has learned from, where folds have scored them. */
  readonly dev: readonly LabelledSentence[];
  readonly train: Pick<CorpusPart, 'name' | 'files'>;
  readonly choice: ActivationChoice;
}): Promise<ActivationOutcome> {
  const { gold, correct, f1 } = result.dev.micro;
  const findsNothing = gold > 0 && correct === 0;
  if (!registry || result.version === null) {
    const sentence = `The model is not registered, so it is not active; --model "${result.output}" uses it.`;
    return { spec: null, isActive: false, findsNothing, rival: null, sentence };
  }
  const spec = specOf({ name, version: result.version });
  const catalogue = createModelCatalogue({ registry: registry.models, shipped: () => readShippedModel() });
  const active = activeBefore(catalogue, spec);
  const outcome = (isActive: boolean, why: string, rival: ActivationOutcome['rival'] = null): ActivationOutcome => {
    const hint = isActive || findsNothing ? '' : `; \`onomast models activate ${spec}\` makes it so`;
    const sentence = `${spec} is ${isActive ? '' : 'not '}active: ${why}${hint}.`;
    if (isActive) catalogue.activate(spec, why);
    return { spec, isActive, findsNothing, rival, sentence };
  };
  const stays = active ? `; ${specOf(active)} stays` : '';
  if (findsNothing) return outcome(false, `it finds none of the ${gold} names of dev${stays}`);
  if (choice === 'never') return outcome(false, `as --no-activate asks${stays}`);
  const pins = registry.pins.list();
  const broken = pins.length === 0 ? [] : objectionsOfPins(await loadTagger(result.output), pins).sentences;
  if (choice === 'always')
    return outcome(true, broken.length === 0 ? 'as --activate asks' : `as --activate asks, though ${listed(broken)}`);
  if (broken.length > 0) return outcome(false, `${listed(broken)}${stays}`);
  if (!active) return outcome(true, 'there is no other model');
  if (gold === 0) return outcome(false, `dev holds no name to compare it with ${specOf(active)} on${stays}`);

  const isJudge = result.folds === null || !hasLearnedFrom(active, train);
  const tried = await scoreOf(active, dev); // even if it has learned from them: whether it can be used
  const rival = isJudge || tried.f1 === null ? tried : { f1: Number(active.scores.f1 ?? 0), labels: {} };
  const compared = { spec: specOf(active), f1: rival.f1 };
  const { labels } = catalogue.find(spec);
  const unknown = active.labels.filter((label) => !labels.includes(label));
  if (unknown.length > 0 && rival.f1 !== null)
    return outcome(false, `it does not know ${unknown.join(', ')}, which ${specOf(active)} finds${stays}`, compared);
  if (rival.f1 === null) return outcome(true, `${specOf(active)} cannot be used: ${rival.problem}`, compared);
  const where = isJudge ? 'on the same sentences' : 'on its own dev part, for it has learned from these sentences';
  const how = result.folds === null ? 'dev F1' : `F1 by ${result.folds} folds`;
  const scores = `${how} ${percent(f1)}, ${specOf(active)} has ${percent(rival.f1)} ${where}`;
  if (f1 <= rival.f1) return outcome(false, `${scores}${stays}`, compared);
  const fallen = fallenLabels(rival, result.dev);
  if (fallen.length > 0) return outcome(false, `${scores}, but ${listed(fallen)}${stays}`, compared);
  return outcome(true, scores, compared);
}

/** The first of several sentences. */
function listed(sentences: readonly string[]): string {
  const more = sentences.length > 3 ? ` and ${sentences.length - 3} more` : '';
  return `${sentences.slice(0, 3).join('; ')}${more}`;
}

type Active = ReturnType<ReturnType<typeof createModelCatalogue>['active']>;

/** The new model itself may be taken for active where nothing ever was; a shipped model that is damaged is none. */
function activeBefore(catalogue: { active(): Active }, spec: string): Active {
  try {
    const active = catalogue.active();
    return active && specOf(active) !== spec ? active : undefined;
  } catch {
    return undefined;
  }
}

/** By the files, or by what the part is called where it comes from none: a project that has grown keeps its name. */
function hasLearnedFrom(
  active: NonNullable<Active>,
  { name, files = [] }: Pick<CorpusPart, 'name' | 'files'>,
): boolean {
  const sources = readMeta(active)?.sources.filter(({ role }) => role === 'train') ?? [];
  const names = new Set([name, ...files.map((file) => file.name)]);
  const hashes = new Set(files.map(({ sha256 }) => sha256));
  return sources.some(
    (source) =>
      names.has(source.name) || source.files?.some((file) => names.has(file.name) || hashes.has(file.sha256)) === true,
  );
}

async function scoreOf(
  { name: id, version, path, weightsSha256 }: NonNullable<Active>,
  dev: readonly LabelledSentence[],
): Promise<({ f1: number; problem?: never } & Pick<Evaluation, 'labels'>) | { f1: null; problem: string }> {
  try {
    const tagger = await loadTagger(path, { identity: { id, version } });
    assertRegisteredWeights(tagger.model.sha256, { id, version, path, sha256: weightsSha256 });
    const { micro, labels } = evaluateTagger(tagger, dev);
    return { f1: micro.f1, labels };
  } catch (error) {
    return { f1: null, problem: messageOf(error) };
  }
}
