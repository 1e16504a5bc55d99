import type { DropoutRates } from '#engine/layers/dropout.js';
import type { NormalizationName } from '#engine/layers/normalization.js';
import type { CellName } from '#engine/recurrent/cells.js';
import type { LayerPlan } from './layer-kinds.js';

/** Recurrent layers on top of each other. */
export interface RecurrentStack {
  /** Prefix of their parameters: `rnn`. */
  readonly name: string;
  readonly cell: CellName;
  /** I of the first layer. */
  readonly inputs: number;
  /** H of each direction. */
  readonly hidden: number;
  readonly layers: number;
  /** A second direction, right to left, beside the first; the output is then 2H wide. */
  readonly bidirectional: boolean;
  /** Layers whose input is as wide as their output add it to their output. */
  readonly residual: boolean;
  /** Applied to the output of every layer, before the residual addition. */
  readonly normalization: NormalizationName;
  readonly rates: DropoutRates;
}

/** Columns of the output. */
export function stackWidth({ hidden, bidirectional }: Pick<RecurrentStack, 'hidden' | 'bidirectional'>): number {
  return bidirectional ? 2 * hidden : hidden;
}

/**
 * Plans the layers: dropout below each but the first, as PyTorch has it; the recurrent layer with variational dropout of its
 * state, as Gal and Ghahramani have it; normalisation of its output; a residual connection around both where widths allow.
 */
export function planStack(stack: RecurrentStack): LayerPlan[] {
  const { name, cell, hidden, bidirectional, normalization, rates } = stack;
  const width = stackWidth(stack);
  return Array.from({ length: stack.layers }, (_, l): LayerPlan[] => {
    const inputs = l === 0 ? stack.inputs : width;
    const stateDropout = rates.perSentence;
    const block: LayerPlan[] = [
      { kind: 'recurrent', name, suffix: `l${l}`, cell, inputs, hidden, bidirectional, stateDropout },
      ...(normalization === 'none'
        ? []
        : [{ kind: 'normalization', name: `${name}.norm_l${l}`, type: normalization, columns: width } as const]),
    ];
    return [
      ...(l === 0 ? [] : planDropout(`layer-${l}`, rates)),
      ...(stack.residual && inputs === width ? [{ kind: 'residual', layers: block } as const] : block),
    ];
  }).flat();
}

/** No layer at all where nothing would be dropped. */
export function planDropout(name: string, rates: DropoutRates): LayerPlan[] {
  return rates.perToken === 0 && rates.perSentence === 0 ? [] : [{ kind: 'dropout', name, ...rates }];
}
