import type { ParameterSet, ParameterSpec } from '#engine/core/parameter.js';
import { columnsOfWord, describeInput, inputSpecs } from './input-kinds.js';
import { columnsAfter, describeLayer, invalidPlan, layerSpecs } from './layer-kinds.js';
import { lossKindOf } from './loss-kinds.js';
import type { NetworkPlan } from './network-plan.js';

/** Every parameter of a network, in the order in which they are kept. Nothing is allocated. */
export function parameterSpecs({ inputs, layers, loss }: NetworkPlan): ParameterSpec[] {
  return [...inputSpecs(inputs), ...layerSpecs(layers), ...lossKindOf(loss).parameters(loss)];
}

/**
 * Checks that every kind is known, that each layer gets the columns it expects, that sizes are whole numbers above 0 and
 * names distinct.
 *
 * @throws {AppError} `invalid_plan` naming the first thing that is wrong.
 */
export function checkPlan(plan: NetworkPlan): void {
  const { inputs, layers, loss } = plan;
  if (inputs.length === 0) throw invalidPlan('at least one input must describe the words, found none');
  const names = new Set<string>();
  for (const { name, shape } of parameterSpecs(plan)) {
    if (names.has(name)) throw invalidPlan(`two layers have a parameter "${name}"`);
    names.add(name);
    if (shape.some((side) => !Number.isInteger(side) || side < 1)) {
      throw invalidPlan(`"${name}" must have sides that are whole numbers above 0, found (${shape.join(', ')})`);
    }
  }
  const outputs = columnsAfter(layers, columnsOfWord(inputs));
  if (outputs !== loss.tags) {
    throw invalidPlan(`the ${loss.kind} loss expects a column for each of ${loss.tags} tags, found ${outputs}`);
  }
}

/**
 * @throws {AppError} `invalid_plan` for a parameter of the plan whose tensor has another shape.
 */
export function assertParametersFit(plan: NetworkPlan, parameters: ParameterSet): void {
  for (const { name, shape } of parameterSpecs(plan)) {
    const found = parameters.get(name).shape;
    if (found.join() !== shape.join()) {
      throw invalidPlan(`"${name}" must have the shape (${shape.join(', ')}), its tensor has (${found.join(', ')})`);
    }
  }
}

/** The network in a line: every input, layer and loss in order. */
export function describePlan({ inputs, layers, loss }: NetworkPlan): string {
  return [...inputs.map(describeInput), ...layers.map(describeLayer), lossKindOf(loss).describe(loss)].join(', ');
}
