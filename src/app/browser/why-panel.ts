import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { LabelStyle } from '#app/shared/labels.js';
import { type MentionTold, type WhyTold, type WhyView, whyView } from '#app/shared/why-view.js';
import { isAbort, requestJson } from './json-request.js';

export interface WhyAsked {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** '' for the active model. */
  readonly model: string;
  /** The model in the page, where there is one; else the server is asked. */
  readonly local?: ((text: string, place: { readonly start: number; readonly end: number }) => WhyTold) | undefined;
  readonly styles: (labels: readonly string[]) => ReadonlyMap<string, LabelStyle>;
}

/** Asks why, and shows the answer where `place` says; what was asked before and not answered yet is forgotten. */
export function createWhyPanel(place: () => HTMLElement): {
  ask(asked: WhyAsked): Promise<void>;
  close(): void;
} {
  let current = new AbortController();
  return {
    async ask({ text, start, end, model, local, styles }) {
      current.abort();
      current = new AbortController();
      const { signal } = current;
      try {
        const body = { text, start, end, ...(model !== '' && { model }) };
        const told = local
          ? local(text, { start, end })
          : await requestJson<WhyTold>('/api/why', { method: 'POST', body, signal });
        const mentions = await mentionsOf(told, signal);
        show(place(), whyTemplate(whyView(told, { source: text, mentions, styles })));
      } catch (cause) {
        if (isAbort(cause)) return;
        const message = cause instanceof Error ? cause.message : String(cause);
        show(place(), html`<p class="note error" id="why-title" tabindex="-1">${message}</p>`);
      }
    },
    close() {
      current.abort();
      draw(place(), nothing);
    },
  };
}

const isOurs = new WeakSet<HTMLElement>();

function draw(place: HTMLElement, template: TemplateResult | typeof nothing): void {
  if (!isOurs.has(place)) {
    place.replaceChildren(); // what the server wrote
    isOurs.add(place);
  }
  render(template, place);
}

function show(place: HTMLElement, template: TemplateResult): void {
  draw(place, template);
  const title = place.querySelector<HTMLElement>('#why-title');
  title?.focus({ preventScroll: true });
  title?.scrollIntoView({ block: 'nearest' });
}

/** A server may tell them to fewer people, and one without projects has none. */
async function mentionsOf({ text, label }: WhyTold, signal: AbortSignal): Promise<readonly MentionTold[]> {
  try {
    const body = { text: text.slice(0, 1000), label };
    const { mentions } = await requestJson<{ mentions: readonly MentionTold[] }>('/api/mentions', {
      method: 'POST',
      body,
      signal,
    });
    return mentions;
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    return [];
  }
}

function whyTemplate({ title, says, labels, pieces, words, without, mentions }: WhyView): TemplateResult {
  const swatch = ({ label, className }: LabelStyle) => html`<span class="swatch ${className}">${label}</span>`;
  return html`<section class="why" aria-labelledby="why-title">
  <h3 id="why-title" tabindex="-1">${title}</h3>
  <p>${says}</p>
  <p class="why-sentence" dir="auto">${pieces.map(({ text, kind }) => (kind === '' ? text : html`<span class="why-${kind}">${text}</span>`))}</p>
  <div class="columns">
    <table>
      <caption>Probability of each label for exactly these words</caption>
      <tbody>${labels.map(({ style, name, percent }) => html`<tr><th scope="row">${style === null ? nothing : html`${swatch(style)} `}${name}</th><td class="number">${percent} %</td></tr>`)}</tbody>
    </table>
    <table>
      <caption>What becomes of the score when words are left out</caption>
      <tbody>${words.map(({ text, side, left, effect }) => html`<tr><th scope="row">without <q dir="auto">${text}</q> <span class="quiet">${side}</span></th><td class="number">${left} %</td><td class="number quiet">${effect}</td></tr>`)}${without.map(({ what, percent }) => html`<tr><th scope="row">${what}</th><td class="number">${percent} %</td><td></td></tr>`)}</tbody>
    </table>
  </div>
  ${
    mentions.length === 0
      ? nothing
      : html`<h4>Like it, among the names that you have accepted</h4>
  <ul class="mentions">${mentions.map((mention) => html`<li>${swatch(mention.style)} <span dir="auto"><span class="quiet">${mention.before}</span><b>${mention.text}</b><span class="quiet">${mention.after}</span></span> <a href=${mention.href}>${mention.project_name}, document ${mention.document}</a></li>`)}</ul>`
  }
</section>`;
}
