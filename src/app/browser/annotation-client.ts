import type { Mark } from '#app/shared/marks.js';
import { RequestFailure, requestJson } from './json-request.js';

export type Status = 'new' | 'draft' | 'accepted' | 'rejected' | 'skipped';

/** What the database says of a document. */
export interface SavedAnnotation {
  readonly id: number;
  readonly version: number;
  readonly status: Status;
  readonly spans: readonly Mark[];
  readonly can_undo: boolean;
  readonly can_redo: boolean;
}

export interface OpenDocument extends SavedAnnotation {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly suggestions: {
    readonly model: string | null;
    readonly spans: readonly Mark[];
    /** Why the model cannot be used. */
    readonly problem?: string;
  };
  readonly previous: number | null;
  readonly next: number | null;
}

export type SaveState =
  | { readonly is: 'saved' }
  | { readonly is: 'saving' }
  | { readonly is: 'retrying'; readonly why: string }
  | { readonly is: 'refused'; readonly why: string; readonly isConflict: boolean };

/** What is written: a new state, or a step back or forward. */
export type Write =
  | { readonly what: 'change'; readonly kind: string; readonly status: Status; readonly spans: readonly Mark[] }
  | { readonly what: 'undo' }
  | { readonly what: 'redo' };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

export interface WriterOptions {
  readonly address: string;
  readonly version: number;
  readonly model: string | null;
  onState(state: SaveState): void;
  /** The database has it. */
  onSaved(annotation: SavedAnnotation): void;
}

/**
 * Writes decisions one after the other, each on top of the version that the one before has made. What could not be sent is
 * tried again until it is; what is refused stops the row, for everything after it was decided on another ground.
 */
export function createWriter({ address, version, model, onState, onSaved }: WriterOptions) {
  const row: Write[] = [];
  let current = version;
  let isBusy = false;

  return {
    write(write: Write): void {
      row.push(write);
      onState({ is: 'saving' });
      if (!isBusy) void work();
    },
    get isIdle(): boolean {
      return row.length === 0;
    },
  };

  async function work(): Promise<void> {
    isBusy = true;
    let wait = FIRST_WAIT_MS;
    while (row.length > 0) {
      try {
        const saved = await send(row[0]);
        row.shift();
        current = saved.version;
        wait = FIRST_WAIT_MS;
        if (row.length === 0) onSaved(saved);
      } catch (cause) {
        if (!(cause instanceof RequestFailure)) throw cause;
        if (isLasting(cause)) {
          row.length = 0;
          isBusy = false;
          onState({ is: 'refused', why: cause.message, isConflict: cause.code === 'changed_meanwhile' });
          return;
        }
        onState({ is: 'retrying', why: cause.message });
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(LONGEST_WAIT_MS, wait * 2);
      }
    }
    isBusy = false;
    onState({ is: 'saved' });
  }

  function send(write: Write): Promise<SavedAnnotation> {
    if (write.what !== 'change')
      return requestJson(`${address}/${write.what}`, { method: 'POST', body: { version: current } });
    const { kind, status, spans } = write;
    return requestJson(address, { method: 'PUT', body: { version: current, kind, model, status, spans } });
  }
}

export type Writer = ReturnType<typeof createWriter>;

/** A server that is away, busy or out of disk may be well again in a moment; a refusal stays one. */
function isLasting({ status }: RequestFailure): boolean {
  return status !== 0 && status !== 429 && status < 500;
}
