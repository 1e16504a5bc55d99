/** What is kept of a decision. */
export interface DecisionTold {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly kind: string;
  readonly model: string | null;
  readonly standing: 'done' | 'undone' | 'replaced';
}

/** Who decided what, when, with whose suggestions: one line. */
export function decisionText({ at, by, kind, model, standing }: DecisionTold): string {
  const seen = model === null ? '' : `, ${model} suggesting`;
  const since =
    standing === 'done' ? '' : standing === 'undone' ? '; taken back' : '; taken back, then decided otherwise';
  return `${at.slice(0, 16).replace('T', ' ')} ${by}: ${kind}${seen}${since}`;
}
