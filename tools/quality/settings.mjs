import { createHash } from 'node:crypto';
import { CRF } from './experiments.mjs';

/**
 * What the measuring needs to know of the program; the script takes it from dist/, the tests from src/.
 *
 * @typedef {object} Program
 * @property {Readonly<Record<string, { options: Readonly<Record<string, unknown>> }>>} recipes
 * @property {(overlay: Readonly<Record<string, unknown>>) => Record<string, unknown>} completeOptions Defaults overlaid; throws
 *   for an option that there is not.
 * @property {Uint8Array | undefined} defaultVectors The table that `vectors=auto` takes; undefined if it is not there.
 */

/** @param {{ recipes: object, parseRunConfig: Function, flatConfig: Function, defaultVectors: Uint8Array | undefined }} parts */
export function programOf({ recipes, parseRunConfig, flatConfig, defaultVectors }) {
  return {
    recipes,
    defaultVectors,
    completeOptions: (overlay) => flatConfig(parseRunConfig(overlay, 'quality')),
  };
}

/**
 * Everything of an experiment that its result depends on, but for corpus, sentences and seed: every option, and vectors by
 * their hash.
 *
 * @param {import('./experiments.mjs').Experiment} experiment
 * @param {Program} program
 * @returns {{ options: Record<string, unknown> } | { missing: string }} `missing` tells which recipe or option there is not.
 */
export function settingsOf({ recipe, set, table }, program) {
  if (recipe === CRF) return { options: {} };
  if (!Object.hasOwn(program.recipes, recipe)) return { missing: `there is no recipe "${recipe}"` };
  try {
    const options = program.completeOptions({ ...program.recipes[recipe].options, ...set });
    if (table) return { options: { ...options, vectors: tableName(table) } };
    if (options.vectors !== 'auto') return { options };
    const { defaultVectors } = program;
    return { options: { ...options, vectors: defaultVectors ? `auto ${hashOf(defaultVectors)}` : 'none' } };
  } catch (error) {
    return { missing: error.message };
  }
}

/**
 * Whether a result measured with the options `stored` tells of `wanted`. An option that came later is taken to have been at
 * what is now its default, since new options leave everything as it was.
 */
export function areSameOptions(stored, wanted, defaults) {
  const names = new Set([...Object.keys(stored), ...Object.keys(wanted)]);
  return [...names].every((name) => (Object.hasOwn(stored, name) ? stored : defaults)[name] === wanted[name]);
}

function tableName({ words, dims, bits, like }) {
  return `${words} words, ${dims} dims, ${bits} bits${like ? ', like names' : ''}`;
}

/** Names options in the results. */
export function optionsKey(options) {
  return hashOf(JSON.stringify(Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1))));
}

function hashOf(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
