import { html, nothing, type TemplateResult } from 'lit-html';
import type { LabelStyle } from '#app/shared/labels.js';
import type { Mark, Range } from '#app/shared/marks.js';
import { percentOf, scoreText } from '#app/shared/scores.js';
import type { Actions, AnnotateState } from './annotate-state.js';

type Styles = ReadonlyMap<string, LabelStyle>;

export function annotateTemplate(state: AnnotateState, actions: Actions, styles: Styles): TemplateResult {
  const { document, status, isSuggested, said } = state;
  const mark = markUnderCursor(state);
  return html`
  <h1><span dir="auto">Document ${document.id}</span> <span class="status ${status}">${status}</span> ${saveSign(state, actions)}</h1>
  <section class="card" aria-label="Text and names">
    <div class="chips" role="group" aria-label="Labels">${state.project.labels.map(({ label, key }) => chip({ label, key }, state, actions, styles))}</div>
    ${isSuggested && state.marks.length > 0 ? suggestionNote(state, actions) : nothing}
    ${document.suggestions.problem === undefined ? nothing : html`<p class="note error">No names are suggested: ${document.suggestions.problem}</p>`}
    <div class="tagged annotate" id="words" tabindex="0" role="application" aria-roledescription="text to mark" aria-label="Text: arrow keys choose words, digits mark them, question mark for help" aria-describedby="cursor-says" dir="auto" @pointerup=${(event: PointerEvent) => selectByPointer(event, actions, state.isByCharacter)}>${words(state, styles)}</div>
    <p class="quiet cursor-says" id="cursor-says" role="status">${said !== '' ? said : describeCursor(state, mark, styles)}</p>
    ${markTools(state, mark, actions)}
    <div id="why"></div>
    <div class="actions">
      <button type="button" @click=${() => actions.decide('accepted')}>Accept <kbd>a</kbd></button>
      <button type="button" class="plain" @click=${() => actions.decide('rejected')}>Reject <kbd>x</kbd></button>
      <button type="button" class="plain" @click=${() => actions.decide('skipped')}>Skip <kbd>space</kbd></button>
      <span class="gap"></span>
      <button type="button" class="plain" ?disabled=${!state.canUndo} @click=${actions.undo}>Undo</button>
      <button type="button" class="plain" ?disabled=${!state.canRedo} @click=${actions.redo}>Redo</button>
      <button type="button" class="plain" ?disabled=${document.previous === null} @click=${() => actions.go('previous')}>Previous</button>
      <button type="button" class="plain" ?disabled=${document.next === null} @click=${() => actions.go('next')}>Next</button>
      <button type="button" class="plain" aria-haspopup="dialog" @click=${openHelp}>Keys <kbd>?</kbd></button>
    </div>
    <details @toggle=${(event: Event) => (event.currentTarget as HTMLDetailsElement).open && actions.showHistory()}>
      <summary>Who decided what</summary>
      <ol class="decisions">${(state.history ?? []).map((line) => html`<li>${line}</li>`)}</ol>
    </details>
  </section>
  ${help()}`;
}

function saveSign({ save }: AnnotateState, actions: Actions): TemplateResult {
  switch (save.is) {
    case 'saved':
      return html`<span class="save saved" role="status">Saved</span>`;
    case 'saving':
      return html`<span class="save" role="status">Saving …</span>`;
    case 'retrying':
      return html`<span class="save failing" role="status">Not saved yet, trying again. ${save.why}</span>`;
    case 'refused':
      return html`<span class="save failing" role="alert">Not saved. ${save.why} <button type="button" class="plain" @click=${actions.loadAgain}>Show what is saved</button></span>`;
  }
}

function chip(
  { label, key }: { label: string; key: string | null },
  state: AnnotateState,
  actions: Actions,
  styles: Styles,
): TemplateResult {
  const { className, name } = styles.get(label)!;
  return html`<button type="button" class="chip" aria-pressed=${state.label === label} @click=${() => actions.pickLabel(label)}>${key === null ? nothing : html`<kbd>${key}</kbd> `}<span class="swatch ${className}">${label}</span> ${name}</button>`;
}

function suggestionNote({ document, threshold }: AnnotateState, actions: Actions): TemplateResult {
  const change = ({ currentTarget }: Event) =>
    actions.setThreshold(Number((currentTarget as HTMLInputElement).value) / 100);
  return html`<p class="quiet suggestion-note">Suggested by ${document.suggestions.model}. <label>Only those from <input type="range" min="0" max="99" .value=${String(Math.round(threshold * 100))} @input=${change}> <output>${Math.round(threshold * 100)}</output> percent</label></p>`;
}

/** The text as words and marks; what lies between words is written as it is. */
function words(state: AnnotateState, styles: Styles): unknown[] {
  const { document, isSuggested, threshold } = state;
  const shown = isSuggested ? state.marks.filter(({ score }) => (score ?? 1) >= threshold) : state.marks;
  const nodes: unknown[] = [];
  let token = 0;
  let position = 0;
  const until = (end: number, out: unknown[]): void => {
    const { text, tokens } = document;
    while (2 * token < tokens.length && tokens[2 * token] < end) {
      const from = Math.max(position, tokens[2 * token]);
      const to = Math.min(end, tokens[2 * token + 1]);
      if (from > position) out.push(text.slice(position, from));
      out.push(word(state, token, { start: from, end: to }));
      position = to;
      if (tokens[2 * token + 1] > end) return;
      token++;
    }
    if (end > position) out.push(text.slice(position, end));
    position = Math.max(position, end);
  };
  for (const mark of shown) {
    until(mark.start, nodes);
    const inside: unknown[] = [];
    until(mark.end, inside);
    nodes.push(markTemplate(mark, inside, state, styles));
  }
  until(document.text.length, nodes);
  return nodes;
}

function word(state: AnnotateState, token: number, { start, end }: Range): TemplateResult {
  const [first, last] = [state.anchor, state.cursor].sort((left, right) => left - right);
  const classes = `tok${token >= first && token <= last ? ' chosen' : ''}${token === state.cursor ? ' cursor' : ''}`;
  return html`<span class=${classes} data-start=${start} data-end=${end}>${state.document.text.slice(start, end)}</span>`;
}

function markTemplate(mark: Mark, inside: unknown[], state: AnnotateState, styles: Styles): TemplateResult {
  const { label, score } = mark;
  const { className } = styles.get(label)!;
  const title = score === undefined ? label : `${label} ${scoreText(score)}`;
  const kind = state.isSuggested ? 'suggested' : 'decided';
  return html`<mark class="ent ${kind} ${className}" data-label=${label} title=${title}><span class="ent-text">${inside}</span><span class="ent-label">${label}</span></mark>`;
}

function markUnderCursor(state: AnnotateState): Mark | undefined {
  const { tokens } = state.document;
  const [start, end] = [tokens[2 * state.cursor], tokens[2 * state.cursor + 1]];
  return state.marks.find(
    (mark) => mark.start < end && mark.end > start && (!state.isSuggested || (mark.score ?? 1) >= state.threshold),
  );
}

function describeCursor(state: AnnotateState, mark: Mark | undefined, styles: Styles): string {
  const { text, tokens } = state.document;
  if (tokens.length === 0) return 'The text holds no word.';
  const [first, last] = [state.anchor, state.cursor].sort((left, right) => left - right);
  if (mark === undefined) return `“${text.slice(tokens[2 * first], tokens[2 * last + 1])}”: a digit marks it`;
  const { name } = styles.get(mark.label)!;
  const score = mark.score === undefined ? '' : `, ${percentOf(mark.score)} percent`;
  return `“${text.slice(mark.start, mark.end)}”, ${name}${state.isSuggested ? ', suggested' : ''}${score}`;
}

function markTools(state: AnnotateState, mark: Mark | undefined, actions: Actions): TemplateResult {
  const tool = (name: string, key: string, action: () => void) =>
    html`<button type="button" class="plain small" ?disabled=${mark === undefined} @click=${action}>${name} <kbd>${key}</kbd></button>`;
  return html`<div class="tools" role="group" aria-label="The name under the cursor">
    ${tool('Remove', '⌫', actions.removeMark)}
    ${tool('All occurrences', 'm', actions.markAll)}
    ${tool('Longer', 'alt →', () => actions.move('end', 1))}
    ${tool('Shorter', 'alt ←', () => actions.move('end', -1))}
    ${tool('Begin earlier', 'alt shift ←', () => actions.move('start', -1))}
    ${tool('Begin later', 'alt shift →', () => actions.move('start', 1))}
    ${tool('Split', 's', actions.splitMark)}
    ${tool('Join with next', 'j', actions.joinMark)}
    <button type="button" class="plain small" @click=${actions.why}>Why <kbd>w</kbd></button>
    ${tool('Pin', '!', actions.pin)}
    <button type="button" class="plain small" aria-pressed=${state.isByCharacter} @click=${actions.toggleCharacters}>Characters <kbd>c</kbd></button>
  </div>`;
}

/** A click on a word, or what was dragged over; a drag that ends outside of the text counts up to its edge. */
function selectByPointer(event: PointerEvent, actions: Actions, isByCharacter: boolean): void {
  const area = event.currentTarget as HTMLElement;
  const chosen = getSelection();
  if (chosen !== null && !chosen.isCollapsed && chosen.rangeCount > 0) {
    const range = chosen.getRangeAt(0);
    const touched = [...area.querySelectorAll<HTMLElement>('.tok')].filter((word) => range.intersectsNode(word));
    chosen.removeAllRanges();
    if (isByCharacter && touched.length > 0) {
      const start = offsetIn(touched[0], range.startContainer, range.startOffset, 'start');
      const end = offsetIn(touched.at(-1)!, range.endContainer, range.endOffset, 'end');
      if (start < end) actions.select({ start, end });
      return;
    }
    if (touched.length > 0)
      actions.select({ start: Number(touched[0].dataset.start), end: Number(touched.at(-1)!.dataset.end) });
    return;
  }
  const word =
    (event.target as Element).closest<HTMLElement>('.tok') ??
    (event.target as Element).closest('mark')?.querySelector<HTMLElement>('.tok');
  if (word) actions.select({ start: Number(word.dataset.start), end: Number(word.dataset.end) });
}

/** Where in the text an edge of a selection lies; outside of the word it is the word's own. */
function offsetIn(word: HTMLElement, node: Node, offset: number, edge: 'start' | 'end'): number {
  if (!word.contains(node)) return Number(word.dataset[edge]);
  if (node instanceof Text) return Number(word.dataset.start) + offset;
  return Number(offset === 0 ? word.dataset.start : word.dataset.end);
}

function openHelp(): void {
  document.querySelector<HTMLDialogElement>('#help')?.showModal();
}

const KEYS: readonly (readonly [string, string])[] = [
  ['← →', 'choose a word; with Shift, several'],
  ['1 … 9', 'mark the words, or give the name another label'],
  ['⌫', 'remove the name'],
  ['Alt ← →', 'move its end; with Shift, its beginning'],
  ['s', 'split the name before the chosen word'],
  ['j', 'join it with the next name'],
  ['m', 'mark all other places of the same words'],
  ['w', 'why the model finds the name, or does not find the words'],
  ['!', 'pin it: every new model must find it'],
  ['c', 'single characters instead of whole words, and back'],
  ['a', 'accept, and go to the next document'],
  ['x', 'reject the document: nothing is learned from it'],
  ['space', 'skip it; it comes again at the end'],
  ['n, p', 'the next, the previous document'],
  ['Ctrl z', 'undo; with Shift, do it again'],
  ['?', 'this list'],
];

function help(): TemplateResult {
  return html`<dialog id="help" aria-labelledby="help-title">
    <h2 id="help-title">Keys</h2>
    <dl class="keys">${KEYS.map(([key, meaning]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${meaning}</dd></div>`)}</dl>
    <p class="quiet">By mouse or touch: tap a word to mark it with the label that is pressed above, drag over several.</p>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
