/** What the inputs and outputs of an exported graph are called. */

export const CHARACTERS_INPUT = 'characters';
export const LOGITS_OUTPUT = 'logits';

export function idsInput(feature: string): string {
  return `ids_${feature}`;
}
