import type { Mark, Range } from '#app/shared/marks.js';
import type { OpenDocument, SaveState, Status } from './annotation-client.js';

export interface Project {
  readonly id: number;
  readonly labels: readonly { readonly label: string; readonly key: string | null; readonly look: number }[];
  readonly by: 'order' | 'uncertainty' | 'diversity';
  /** What to look at first, `start-end`. */
  readonly at?: string;
}

/** All that the page shows, as it is now. */
export interface AnnotateState {
  readonly project: Project;
  readonly document: OpenDocument;
  readonly status: Status;
  readonly marks: readonly Mark[];
  /** The marks are a model's, nobody has decided yet. */
  readonly isSuggested: boolean;
  /** Suggestions that score less are not shown. */
  readonly threshold: number;
  /** The token that the keys move from, and the other end of what they mark. */
  readonly cursor: number;
  readonly anchor: number;
  readonly label: string;
  readonly save: SaveState;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly said: string;
  /** What is marked need not be whole words. */
  readonly isByCharacter: boolean;
  /** Who decided what; undefined until it is looked at. */
  readonly history: readonly string[] | undefined;
}

/** What can be done, by mouse, touch or key. */
export interface Actions {
  pickLabel(label: string): void;
  apply(label: string): void;
  select(range: Range): void;
  removeMark(): void;
  move(edge: 'start' | 'end', step: 1 | -1): void;
  splitMark(): void;
  joinMark(): void;
  markAll(): void;
  decide(status: 'accepted' | 'rejected' | 'skipped'): void;
  undo(): void;
  redo(): void;
  go(to: 'previous' | 'next'): void;
  setThreshold(threshold: number): void;
  loadAgain(): void;
  why(): void;
  toggleCharacters(): void;
  showHistory(): void;
  pin(): void;
}
