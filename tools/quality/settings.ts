import { createHash } from 'node:crypto';
import { messageOf } from '#base/errors.js';
import { RECIPES } from '#training/config/recipes.js';
import { flatConfig, parseRunConfig } from '#training/config/training-config.js';
import { CRF, type Experiment, type Settings, type VectorTableChoice } from './experiments.js';

/** What the measuring needs to know of the program. */
export interface Program {
  readonly recipes: Readonly<Record<string, { readonly options: Settings }>>;
  /** Defaults overlaid; throws for an option that there is not. */
  completeOptions(overlay: Settings): Settings;
  /** The table that `vectors=auto` takes; undefined if it is not there. */
  readonly defaultVectors: Uint8Array | undefined;
}

export function createProgram(defaultVectors: Uint8Array | undefined): Program {
  return {
    recipes: RECIPES,
    defaultVectors,
    completeOptions: (overlay) => flatConfig(parseRunConfig(overlay, 'quality')),
  };
}

/**
 * Everything of an experiment that its result depends on, but for corpus, sentences and seed: every option, and vectors by
 * their hash.
 */
export function settingsOf(
  { recipe, set, table }: Pick<Experiment, 'recipe' | 'set' | 'table'>,
  program: Program,
): { readonly options?: Settings; readonly missing?: string } {
  if (recipe === CRF) return { options: {} };
  if (!Object.hasOwn(program.recipes, recipe)) return { missing: `there is no recipe "${recipe}"` };
  try {
    const options = program.completeOptions({ ...program.recipes[recipe].options, ...set });
    if (table) return { options: { ...options, vectors: tableName(table) } };
    if (options.vectors !== 'auto') return { options };
    const { defaultVectors } = program;
    return { options: { ...options, vectors: defaultVectors ? `auto ${hashOf(defaultVectors)}` : 'none' } };
  } catch (error) {
    return { missing: messageOf(error) }; // names the recipe or option that there is not
  }
}

/**
 * Whether a result measured with the options `stored` tells of `wanted`. An option that came later is taken to have been at
 * what is now its default, since new options leave everything as it was.
 */
export function areSameOptions(stored: Settings, wanted: Settings, defaults: Settings): boolean {
  const names = new Set([...Object.keys(stored), ...Object.keys(wanted)]);
  return [...names].every((name) => (Object.hasOwn(stored, name) ? stored : defaults)[name] === wanted[name]);
}

function tableName({ words, dims, bits, like }: VectorTableChoice): string {
  return `${words} words, ${dims} dims, ${bits} bits${like ? ', like names' : ''}`;
}

/** Names options in the results. */
export function optionsKey(options: Settings): string {
  return hashOf(JSON.stringify(Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1))));
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
