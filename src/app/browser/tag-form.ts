import { labelStyles } from '#app/shared/labels.js';
import { type ShownEntity, tagView } from '#app/shared/tag-view.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';
import type { TagResponse } from '#tagging/tagger/tag-response.js';
import { element, maybeElement } from './elements.js';
import { isAbort, requestJson } from './json-request.js';
import { createModelInPage, type ListedAddress } from './model-in-page.js';
import { showResult } from './tag-result.js';
import { enhanceTaking } from './take-result.js';
import { createWhyPanel } from './why-panel.js';

const PAUSE_MS = 300;
/** UTF-16 units of a text that is tagged after every key, and of one that the model in the page tags at all. */
const MOST_LIVE = 20_000;
const MOST_LOCAL = 200_000;
/** Before a text in the part of an address that browsers never send. */
const TEXT_IN_FRAGMENT = '#text=';
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
  const addresses = JSON.parse(form.dataset.models ?? '[]') as readonly ListedAddress[];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = new AbortController();
  /** Whether what is told is of a file or a link, not of an answer. */
  let isOfText = false;
  /** What the names that are shown were found in. */
  let shown: Shown = {
    text: text.defaultValue,
    labels: labelsOf[maybeElement('model-spec')?.textContent ?? ''] ?? [],
    answer: undefined,
  };
  const threshold = element<HTMLInputElement>('threshold');
  const here = createModelInPage({ addresses, chosen: () => model?.value ?? '', onReady: () => void tag() });
  const why = createWhyPanel(() => element('why'));

  element('shortcut').hidden = false;
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  text.addEventListener('input', changed);
  threshold.addEventListener('input', () => {
    element('threshold-says').textContent = threshold.value;
    if (shown.answer) show(shown.answer);
    else void tag();
  });
  enhanceTaking({
    result: async () => {
      if (shown.answer?.text !== text.value) await tag();
      return { text: text.value, entities: visible(shown.answer?.entities ?? []) };
    },
    link: () => `${location.origin}/${TEXT_IN_FRAGMENT}${encodeURIComponent(text.value)}`,
    onFile: (value) => write(value),
    onProblem: tellOfText,
  });
  addEventListener('hashchange', readFragment);
  // The arrow keys change a closed list at every press: nothing is submitted, the answer follows the choice.
  if (model instanceof HTMLSelectElement)
    model.addEventListener('change', () => {
      here.follow();
      tagSoon();
    });
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
  if (readFragment()) return;
  if (text.value === text.defaultValue) {
    if (model instanceof HTMLSelectElement && isChanged(model)) tagSoon();
    restoreDraft();
  } else {
    keepDraft(text.value);
    tagSoon();
  }

  /** Of what was to become the text; it stays until the text changes, whatever is answered meanwhile. */
  function tellOfText(message: string): void {
    isOfText = message !== '';
    tell(message);
  }

  function tellNothing(): void {
    if (!isOfText) tell('');
  }

  function changed(): void {
    if (isOfText) tellOfText('');
    keepDraft(text.value);
    const { current } = here;
    if (current !== undefined && text.value.trim() !== '' && text.value.length <= MOST_LIVE) {
      const start = performance.now();
      const answer = current.live.update(text.value);
      const ms = performance.now() - start;
      here.says(answer, ms);
      show({ text: text.value, entities: answer.entities, model: current.tagger.model, ms: rounded(ms) });
      tell('');
    }
    tagSoon();
  }

  function write(value: string): void {
    text.value = value;
    changed();
  }

  /** A link may carry a text behind its #. */
  function readFragment(): boolean {
    if (!location.hash.startsWith(TEXT_IN_FRAGMENT)) return false;
    try {
      write(decodeURIComponent(location.hash.slice(TEXT_IN_FRAGMENT.length)));
    } catch {
      tellOfText('The text in this link cannot be read; it was cut off or changed.');
    }
    return true;
  }

  function visible(entities: readonly ShownEntity[]): readonly ShownEntity[] {
    return entities.filter(({ score }) => score * 100 >= Number(threshold.value));
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
    void why.ask({ text: shown.text, start, end, model: model?.value ?? '', local: here.current?.why, styles });
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
      tellNothing();
      return;
    }
    const modelSpec = model?.value ?? '';
    asked = new AbortController();
    const { signal } = asked;
    const sign = setTimeout(() => setBusy(true), BUSY_AFTER_MS);
    try {
      const { current } = here;
      if (current !== undefined && value.length <= MOST_LOCAL) {
        const start = performance.now();
        const { entities } = current.tagger.tag(value);
        show({ text: value, entities, model: current.tagger.model, ms: rounded(performance.now() - start) });
      } else {
        const body = modelSpec === '' ? { text: value } : { text: value, model: modelSpec };
        const answer = await requestJson<TagResponse>('/api/tag', { method: 'POST', body, signal });
        show({ ...answer, text: value, entities: answer.entities });
      }
      tellNothing();
    } catch (cause) {
      if (isAbort(cause)) return;
      result.classList.add('stale');
      isOfText = false;
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

  function show(answer: Answer): void {
    const { model: identity, ms } = answer;
    const labels = labelsOf[`${identity.id}@${identity.version}`] ?? [];
    const tagged = { text: answer.text, entities: visible(answer.entities) };
    const modelSpec = model?.value ?? '';
    showResult(result, tagView(tagged, { model: identity, labels, ms, baseUrl: location.origin, modelSpec }));
    if (answer.text !== shown.text) why.close();
    shown = { text: answer.text, labels, answer };
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

/** What was found in a text, by the server or in the page. */
interface Answer {
  readonly text: string;
  readonly entities: readonly ShownEntity[];
  readonly model: ModelIdentity;
  readonly ms: number;
}

interface Shown {
  readonly text: string;
  readonly labels: readonly string[];
  /** Undefined for what the server wrote into the page. */
  readonly answer: Answer | undefined;
}

/** Chosen before this script ran, or put back by the browser. */
function isChanged(list: HTMLSelectElement): boolean {
  const given = [...list.options].findIndex((option) => option.defaultSelected);
  return list.selectedIndex !== Math.max(0, given);
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
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
