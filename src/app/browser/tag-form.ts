import { labelStyles } from '#app/shared/labels.js';
import { type ShownEntity, tagView } from '#app/shared/tag-view.js';
import type { TagResponse } from '#tagging/tagger/tag-response.js';
import { element, maybeElement } from './elements.js';
import { isAbort, requestJson } from './json-request.js';
import { showResult } from './tag-result.js';
import { createWhyPanel } from './why-panel.js';

const PAUSE_MS = 300;
/** An answer that comes sooner needs no sign that it is awaited. */
const BUSY_AFTER_MS = 200;
/** Where the text is kept while this tab is open, so that going back, reloading or an error page loses nothing. */
const DRAFT = 'onomast.text';

/** Tags while the reader pauses typing. The form works without. */
export function enhanceTagForm(form: HTMLFormElement): void {
  const text = element<HTMLTextAreaElement>('text');
  const model = maybeElement<HTMLSelectElement | HTMLInputElement>('model');
  const result = element('result');
  const busy = element('busy');
  const labelsOf = JSON.parse(form.dataset.labels ?? '{}') as Readonly<Record<string, readonly string[]>>;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = new AbortController();
  /** What the names that are shown were found in. */
  let shown = { text: text.defaultValue, labels: labelsOf[maybeElement('model-spec')?.textContent ?? ''] ?? [] };
  const why = createWhyPanel(() => element('why'));

  element('shortcut').hidden = false;
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  text.addEventListener('input', () => {
    keepDraft(text.value);
    tagSoon();
  });
  // The arrow keys change a closed list at every press: nothing is submitted, the answer follows the choice.
  if (model instanceof HTMLSelectElement) model.addEventListener('change', tagSoon);
  form.addEventListener('submit', (event) => {
    const { submitter } = event;
    if (submitter instanceof HTMLButtonElement && submitter.name === 'why') {
      event.preventDefault();
      const [start, end] = submitter.value.split('-').map(Number);
      return askWhy(start, end);
    }
    stop();
    busy.hidden = false;
  });
  result.addEventListener('click', (event) => askAbout(event.target));
  result.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') askAbout(event.target);
  });
  addEventListener('pageshow', () => {
    busy.hidden = true;
  });
  // What was typed before this script ran, or put back by the browser, is newer than any draft, and the page does not show its names.
  if (text.value === text.defaultValue) restoreDraft();
  else {
    keepDraft(text.value);
    tagSoon();
  }

  function askAbout(target: EventTarget | null): void {
    const mark = target instanceof Element ? target.closest('#tagged mark') : null;
    if (mark === null) return;
    const name = mark.querySelector('.ent-text')?.textContent ?? '';
    const start = lengthBefore(mark);
    askWhy(start, start + name.length);
  }

  function askWhy(start: number, end: number): void {
    const styles = (found: readonly string[]) => labelStyles(shown.labels, found);
    void why.ask({ text: shown.text, start, end, model: model?.value ?? '', styles });
  }

  function stop(): void {
    clearTimeout(timer);
    asked.abort();
  }

  function tagSoon(): void {
    stop();
    timer = setTimeout(() => void tag(), PAUSE_MS);
  }

  async function tag(): Promise<void> {
    const value = text.value;
    if (value.trim() === '') {
      result.hidden = true;
      tell('');
      return;
    }
    const modelSpec = model?.value ?? '';
    asked = new AbortController();
    const { signal } = asked;
    const sign = setTimeout(() => setBusy(true), BUSY_AFTER_MS);
    try {
      const body = modelSpec === '' ? { text: value } : { text: value, model: modelSpec };
      show(value, await requestJson<TagResponse>('/api/tag', { method: 'POST', body, signal }), modelSpec);
      tell('');
    } catch (cause) {
      if (isAbort(cause)) return;
      result.classList.add('stale');
      tell(cause instanceof Error ? cause.message : String(cause));
    } finally {
      clearTimeout(sign);
      if (!signal.aborted) setBusy(false);
    }
  }

  function setBusy(isBusy: boolean): void {
    busy.hidden = !isBusy;
    result.setAttribute('aria-busy', String(isBusy));
  }

  function show(value: string, answer: TagResponse, modelSpec: string): void {
    const { model: identity, entities, ms } = answer;
    const labels = labelsOf[`${identity.id}@${identity.version}`] ?? [];
    const tagged = { text: value, entities: entities as readonly ShownEntity[] };
    showResult(result, tagView(tagged, { model: identity, labels, ms, baseUrl: location.origin, modelSpec }));
    if (value !== shown.text) why.close();
    shown = { text: value, labels };
    result.classList.remove('stale');
    result.hidden = false;
  }

  function restoreDraft(): void {
    const draft = keptDraft();
    // Only the page one comes to without having chosen anything gives way to what was written before.
    if (draft === undefined || text.dataset.welcome === undefined || draft === text.value) return;
    text.value = draft;
    void tag();
  }
}

/** UTF-16 units of the text that stand before a mark; its label is no text. */
function lengthBefore(mark: Element): number {
  let length = 0;
  for (let node = mark.previousSibling; node !== null; node = node.previousSibling) {
    if (node instanceof Text) length += node.data.length;
    else if (node instanceof Element) length += node.querySelector('.ent-text')?.textContent?.length ?? 0;
  }
  return length;
}

function tell(message: string): void {
  const note = element('note');
  note.hidden = message === '';
  note.className = 'note error';
  note.textContent = message;
}

/** Storage may be switched off, or full. */
function keepDraft(value: string): void {
  try {
    sessionStorage.setItem(DRAFT, value);
  } catch {}
}

function keptDraft(): string | undefined {
  try {
    return sessionStorage.getItem(DRAFT) ?? undefined;
  } catch {
    return undefined;
  }
}
