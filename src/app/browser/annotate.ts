import { render } from 'lit-html';
import { type DecisionTold, decisionText } from '#app/shared/decision-text.js';
import { labelStyles, projectStyles } from '#app/shared/labels.js';
import {
  joined,
  type Mark,
  occurrences,
  type Range,
  relabelled,
  resized,
  snapped,
  split,
  withMark,
  withoutMark,
} from '#app/shared/marks.js';
import type { Actions, AnnotateState, Project } from './annotate-state.js';
import { annotateTemplate } from './annotate-view.js';
import { createWriter, type OpenDocument, type Writer } from './annotation-client.js';
import { isAbort, RequestFailure, requestJson } from './json-request.js';
import { createWhyPanel } from './why-panel.js';

/** The page that marks names: every decision is written at once, "Saved" is said when the database has it. */
export function enhanceAnnotation(root: HTMLElement): void {
  const project = JSON.parse(root.dataset.project ?? '{}') as Project;
  const styles = projectStyles(project.labels);
  let state = opened(JSON.parse(root.dataset.document ?? '{}') as OpenDocument);
  let writer = writerFor(state.document);
  let afterSaving: (() => void) | undefined;

  const why = createWhyPanel(() => root.querySelector<HTMLElement>('#why')!);

  root.replaceChildren();
  const actions: Actions = {
    pickLabel: (label) => (selectedMark() ? actions.apply(label) : set({ label })),
    apply(label) {
      const range = selection();
      if (range === undefined) return;
      const mark = selectedMark();
      if (mark) change('relabel', relabelled(state.marks, mark, label), label);
      else change('mark', withMark(state.marks, { ...range, label }), label);
    },
    select(range) {
      const place = state.isByCharacter ? range : snapped(range, state.document.tokens);
      if (place === undefined) return;
      const isOnMark = state.marks.some((mark) => mark.start <= place.start && mark.end >= place.end);
      set({ anchor: tokenAt(place.start), cursor: tokenAt(place.end - 1), said: '' });
      if (!isOnMark) change('mark', withMark(state.marks, { ...place, label: state.label }), state.label);
    },
    removeMark() {
      const mark = selectedMark();
      if (mark) change('remove', withoutMark(state.marks, mark));
    },
    move(edge, step) {
      const mark = selectedMark();
      if (mark)
        change(
          'resize',
          resized(state.marks, mark, {
            edge,
            step,
            tokens: state.isByCharacter ? charactersOf(state.document.text) : state.document.tokens,
          }),
        );
    },
    splitMark() {
      const mark = selectedMark();
      if (!mark) return;
      const { tokens } = state.document;
      const start = tokens[2 * state.cursor];
      const second = tokens.find((position, i) => i % 2 === 0 && position > mark.start);
      change('split', split(state.marks, mark, start > mark.start ? start : (second ?? mark.end), tokens));
    },
    joinMark() {
      const mark = selectedMark();
      if (mark) change('join', joined(state.marks, mark));
    },
    markAll() {
      const mark = selectedMark();
      if (!mark) return;
      const { text, tokens } = state.document;
      const places = occurrences(text, mark, tokens, state.marks);
      if (places.length === 0) return set({ said: 'These words stand nowhere else unmarked.' });
      const marks = places.reduce((all, place) => withMark(all, { ...place, label: mark.label }), state.marks);
      change('mark all', marks);
      set({ said: `${places.length === 1 ? 'One more place is' : `${places.length} more places are`} marked.` });
    },
    decide(status) {
      const kind = status === 'accepted' ? 'accept' : status === 'rejected' ? 'reject' : 'skip';
      const spans = status === 'accepted' ? shownMarks() : state.isSuggested ? [] : state.marks;
      set({ status, marks: spans, isSuggested: false });
      writer.write({ what: 'change', kind, status, spans });
      afterSaving = () => void showNext();
    },
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    go(to) {
      const id = state.document[to];
      if (id !== null) void show(id);
    },
    setThreshold: (threshold) => set({ threshold }),
    toggleCharacters: () =>
      set({
        isByCharacter: !state.isByCharacter,
        said: state.isByCharacter
          ? 'Whole words are marked again.'
          : 'Drag marks single characters; Alt and the arrows move by one.',
      }),
    showHistory: () => void showHistory(),
    why() {
      const place = selectedMark() ?? selection();
      const { suggestions, text } = state.document;
      if (place === undefined) return;
      if (suggestions.model === null) return set({ said: 'There is no model yet that knows a label of this project.' });
      void why.ask({
        text,
        ...{ start: place.start, end: place.end },
        model: suggestions.model,
        styles: (labels) => new Map([...labelStyles(labels), ...styles]),
      });
    },
    pin() {
      const mark = selectedMark();
      if (mark) void keepPin(mark);
    },
    loadAgain: () => void show(state.document.id, { isReplaced: true }),
  };
  addEventListener('keydown', onKey);
  addEventListener('popstate', () => location.reload());
  addEventListener('beforeunload', (event) => {
    if (!writer.isIdle) event.preventDefault();
  });
  document.addEventListener('visibilitychange', () => void lookElsewhere());
  draw();
  focusText();
  if (project.at !== undefined) lookAt(project.at);

  function set(part: Partial<AnnotateState>): void {
    state = { ...state, ...part };
    draw();
  }

  function draw(): void {
    render(annotateTemplate(state, actions, styles), root);
  }

  function focusText(): void {
    root.querySelector<HTMLElement>('#words')?.focus({ preventScroll: true });
  }

  function lookAt(place: string): void {
    const [start, end] = place.split('-').map(Number);
    set({ anchor: tokenAt(start), cursor: tokenAt(Math.max(start, end - 1)) });
    root.querySelector('.cursor')?.scrollIntoView({ block: 'center' });
  }

  function opened(document: OpenDocument): AnnotateState {
    const isSuggested = document.status === 'new' && document.spans.length === 0;
    return {
      project,
      document,
      status: document.status,
      marks: isSuggested ? document.suggestions.spans : document.spans,
      isSuggested,
      threshold: 0,
      cursor: 0,
      anchor: 0,
      label: project.labels[0].label,
      save: { is: 'saved' },
      canUndo: document.can_undo,
      canRedo: document.can_redo,
      said: '',
      isByCharacter: false,
      history: undefined,
    };
  }

  function writerFor({ id, version, suggestions }: OpenDocument): Writer {
    return createWriter({
      address: addressOf(id),
      version,
      model: suggestions.model,
      onState: (save) => set({ save }),
      onSaved(saved) {
        const isSuggested = saved.status === 'new' && saved.spans.length === 0;
        // It came decided, so without suggestions; now that all is taken back they are wanted.
        if (isSuggested && state.document.status !== 'new') return void show(id, { isReplaced: true });
        set({
          status: saved.status,
          marks: isSuggested ? state.document.suggestions.spans : saved.spans,
          isSuggested,
          canUndo: saved.can_undo,
          canRedo: saved.can_redo,
          document: { ...state.document, version: saved.version },
        });
        const next = afterSaving;
        afterSaving = undefined;
        next?.();
      },
    });
  }

  function addressOf(id: number): string {
    return `/api/projects/${project.id}/documents/${id}`;
  }

  function shownMarks(): readonly Mark[] {
    return state.isSuggested ? state.marks.filter(({ score }) => (score ?? 1) >= state.threshold) : state.marks;
  }

  /** Whatever changes a suggestion turns all that are shown into what a person has let stand. */
  function change(kind: string, marks: readonly Mark[], label = state.label): void {
    if (marks === state.marks) return;
    const spans = state.isSuggested ? marks.filter(({ score }) => (score ?? 1) >= state.threshold) : marks;
    set({ marks: spans, isSuggested: false, status: 'draft', label, said: '', canUndo: true, canRedo: false });
    writer.write({ what: 'change', kind, status: 'draft', spans });
  }

  function travel(what: 'undo' | 'redo'): void {
    if (what === 'undo' ? state.canUndo : state.canRedo) writer.write({ what });
  }

  function tokenAt(position: number): number {
    const { tokens } = state.document;
    for (let i = 0; i < tokens.length; i += 2) if (tokens[i + 1] > position) return i / 2;
    return Math.max(0, tokens.length / 2 - 1);
  }

  function selection(): Range | undefined {
    const { tokens } = state.document;
    if (tokens.length === 0) return undefined;
    const [first, last] = [state.anchor, state.cursor].sort((left, right) => left - right);
    return { start: tokens[2 * first], end: tokens[2 * last + 1] };
  }

  function selectedMark(): Mark | undefined {
    const range = selection();
    if (range === undefined) return undefined;
    const marks = shownMarks();
    // Of a single word a mark may be part.
    const isWord = state.anchor === state.cursor;
    return (
      marks.find(({ start, end }) => start <= range.start && end >= range.end) ??
      (isWord ? marks.find(({ start, end }) => start >= range.start && end <= range.end) : undefined)
    );
  }

  async function showNext(): Promise<void> {
    const { id } = state.document;
    const { next } = await requestJson<{ next: number | null }>(
      `/api/projects/${project.id}/next?by=${project.by}&after=${id}`,
    );
    if (next === null) location.assign(`/projects/${project.id}`);
    else await show(next);
  }

  async function show(id: number, { isReplaced = false } = {}): Promise<void> {
    try {
      const document = await requestJson<OpenDocument>(addressOf(id));
      if (!isReplaced) history.pushState(null, '', `/projects/${project.id}/documents/${id}?by=${project.by}`);
      writer = writerFor(document);
      state = { ...opened(document), label: state.label, isByCharacter: state.isByCharacter };
      why.close();
      draw();
      focusText();
      scrollTo({ top: 0 });
    } catch (cause) {
      if (isAbort(cause) || !(cause instanceof RequestFailure)) throw cause;
      set({ save: { is: 'refused', why: cause.message, isConflict: false } });
    }
  }

  async function showHistory(): Promise<void> {
    const { decisions } = await requestJson<{ decisions: DecisionTold[] }>(`${addressOf(state.document.id)}/decisions`);
    set({ history: decisions.map(decisionText) });
  }

  async function keepPin({ start, end, label }: Mark): Promise<void> {
    const { text } = state.document;
    const body = { text, spans: [{ start, end, label, must: true }] };
    try {
      await requestJson(`/api/projects/${project.id}/pins`, { method: 'POST', body });
      set({ said: `Pinned: every new model must find “${text.slice(start, end)}” as ${label} here.` });
    } catch (cause) {
      if (!(cause instanceof RequestFailure)) throw cause;
      set({ said: cause.message });
    }
  }

  /** Back from another tab: it may have changed this very document. */
  async function lookElsewhere(): Promise<void> {
    if (document.visibilityState !== 'visible' || !writer.isIdle) return;
    const { id, version } = state.document;
    const now = await requestJson<OpenDocument>(addressOf(id)).catch(() => undefined);
    if (now === undefined || now.version === version || id !== state.document.id || !writer.isIdle) return;
    writer = writerFor(now);
    state = { ...opened(now), said: 'It was changed in another tab; this is what it says now.' };
    draw();
  }

  function onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.matches('input, textarea, select') || root.querySelector('dialog[open]')) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      if (event.shiftKey) actions.redo();
      else actions.undo();
      return;
    }
    if (command) return;
    const isInText = target.id === 'words';
    const done = isInText && arrow(event) ? true : letter(event, target);
    if (done) event.preventDefault();
  }

  function arrow(event: KeyboardEvent): boolean {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) {
      if (event.key !== 'Home' && event.key !== 'End') return false;
      const end = event.key === 'Home' ? 0 : state.document.tokens.length / 2 - 1;
      set({ cursor: end, anchor: event.shiftKey ? state.anchor : end, said: '' });
      return true;
    }
    if (event.altKey) {
      actions.move(event.shiftKey ? 'start' : 'end', step);
      return true;
    }
    const last = state.document.tokens.length / 2 - 1;
    const cursor = Math.min(last, Math.max(0, state.cursor + step));
    set({ cursor, anchor: event.shiftKey ? state.anchor : cursor, said: '' });
    root.querySelector('.cursor')?.scrollIntoView({ block: 'nearest' });
    return true;
  }

  function letter(event: KeyboardEvent, target: HTMLElement): boolean {
    const label = project.labels.find(({ key }) => key === event.key);
    if (label !== undefined) {
      actions.apply(label.label);
      return true;
    }
    // A button that has the focus is pressed by the space bar.
    if (event.key === ' ' && target.matches('button, a, summary')) return false;
    const action = KEYS[event.key];
    if (action === undefined) return false;
    action(actions, root);
    return true;
  }
}

/** Every character as a token, for moving an edge by one. */
function charactersOf(text: string): number[] {
  let start = 0;
  return [...text].flatMap((character) => {
    const token = [start, start + character.length];
    start += character.length;
    return token;
  });
}

const KEYS: Readonly<Record<string, (actions: Actions, root: HTMLElement) => void>> = {
  a: (actions) => actions.decide('accepted'),
  x: (actions) => actions.decide('rejected'),
  ' ': (actions) => actions.decide('skipped'),
  Backspace: (actions) => actions.removeMark(),
  Delete: (actions) => actions.removeMark(),
  s: (actions) => actions.splitMark(),
  j: (actions) => actions.joinMark(),
  m: (actions) => actions.markAll(),
  w: (actions) => actions.why(),
  c: (actions) => actions.toggleCharacters(),
  '!': (actions) => actions.pin(),
  n: (actions) => actions.go('next'),
  p: (actions) => actions.go('previous'),
  ArrowRight: (actions) => actions.go('next'),
  ArrowLeft: (actions) => actions.go('previous'),
  '?': (_, root) => root.querySelector<HTMLDialogElement>('#help')?.showModal(),
};
