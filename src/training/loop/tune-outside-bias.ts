import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';

/** How much less likely "no name" is made, as a logarithm: from not at all to e^3 times. */
export const OUTSIDE_SHIFTS: readonly number[] = Array.from({ length: 13 }, (_, i) => i / 4);

/** Makes "no name" less likely by `shift`, a logarithm. */
export function shiftOutside({ network, tagSet }: TaggerModel, shift: number): void {
  network.parameters.get('output.bias').values[tagSet.id('O')] -= shift;
}

export interface OutsideBias {
  /** What was taken from the bias of the class O. */
  readonly shift: number;
  /** On dev, with it. */
  readonly f1: number;
}

/**
 * Moves the line between "name" and "no name" to where the dev F1 is highest. Most words of any text are no names, so a
 * network that is as likely to be right as it can be misses more names than it invents; F1 asks for as many of one as of
 * the other. The smallest shift wins among equals; the network keeps it in its output bias.
 */
export function fitOutsideBias({ network, tagSet }: TaggerModel, evaluate: () => Evaluation): OutsideBias {
  const bias = network.parameters.get('output.bias').values;
  const outside = tagSet.id('O');
  const learned = bias[outside];
  let best: OutsideBias | undefined;
  for (const shift of OUTSIDE_SHIFTS) {
    bias[outside] = learned - shift;
    const { f1 } = evaluate().micro;
    if (!best || f1 > best.f1) best = { shift, f1 };
  }
  bias[outside] = learned - best!.shift;
  return best!;
}
