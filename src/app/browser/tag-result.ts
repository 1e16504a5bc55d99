import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { LegendEntry, MarkView, RowView, TagView } from '#app/shared/tag-view.js';

/** Writes a result as `views/index.ejs` does; a test compares the two. Everything is written as text, never as HTML. */
export function showResult(section: HTMLElement, view: TagView): void {
  if (!isOurs.has(section)) {
    section.replaceChildren(); // what the server wrote gives way once; from then on only what changes is touched
    isOurs.add(section);
  }
  render(resultTemplate(view), section);
}

const isOurs = new WeakSet<HTMLElement>();

function resultTemplate({
  model,
  summary,
  remark,
  segments,
  legend,
  rows,
  omittedRows,
  curl,
}: TagView): TemplateResult {
  const { shortSha256, sha256 } = model;
  const pieces = segments.map(({ text, mark }) => (mark === null ? text : markTemplate(text, mark)));
  return html`
  <div class="result-head">
    <h2 id="result-title">Names found</h2>
    <p class="quiet"><span id="summary" role="status">${summary}</span> · <span id="model-spec">${model.spec}</span> · <code id="model-hash" title="SHA-256 of the weights: ${sha256}">${shortSha256}</code></p>
  </div>
  <ul class="legend" id="legend" aria-label="Labels and how often each was found">${legend.map(legendTemplate)}</ul>
  <p class="quiet remark" id="remark" ?hidden=${remark === ''}>${remark}</p>
  <div class="tagged" id="tagged" dir="auto">${pieces}</div>
  <div id="why"></div>
  <div class="scroll" id="table" ?hidden=${rows.length === 0}>
    <table>
      <caption>Offsets count UTF-16 units, as JavaScript does; the end is exclusive.</caption>
      <thead><tr><th scope="col">Text</th><th scope="col">Label</th><th scope="col" class="number">Start</th><th scope="col" class="number">End</th><th scope="col" class="number">Score</th><th scope="col">Ask</th></tr></thead>
      <tbody id="rows">${rows.map(rowTemplate)}</tbody>
    </table>
  </div>
  <p class="quiet" id="omitted" ?hidden=${omittedRows === 0}>and <span id="omitted-count">${omittedRows}</span> more; the JSON endpoint gives them all.</p>
  <details>
    <summary>The same as a command</summary>
    <div class="command">
      <pre tabindex="0"><code id="curl">${curl}</code></pre>
      ${canCopy() ? html`<button type="button" class="plain" id="copy" @click=${copyCurl}>Copy</button>` : nothing}
    </div>
  </details>`;
}

function legendTemplate({ label, name, className, count }: LegendEntry): TemplateResult {
  return html`<li data-label=${label} data-count=${count}><span class="swatch ${className}">${label}</span> <span class="legend-name">${name}</span> <b class="count">${count}</b></li>`;
}

function markTemplate(text: string, { label, className, title, ariaLabel }: MarkView): TemplateResult {
  return html`<mark class="ent ${className}" data-label=${label} title=${title} role="group" aria-label=${ariaLabel} tabindex="0"><span class="ent-text">${text}</span><span class="ent-label">${label}</span></mark>`;
}

function rowTemplate({ text, label, name, className, start, end, score }: RowView): TemplateResult {
  return html`<tr><td dir="auto">${text}</td><td><span class="swatch ${className}">${label}</span> <span class="name">${name}</span></td><td class="number">${start}</td><td class="number">${end}</td><td class="number"><meter min="0" max="1" .value=${Number(score)} aria-hidden="true"></meter> <span class="score">${score}</span></td><td><button class="plain small" form="tag-form" name="why" value="${start}-${end}" aria-label="Why ${text}">Why</button></td></tr>`;
}

/** The clipboard is there only on HTTPS and on this machine itself. */
function canCopy(): boolean {
  return navigator.clipboard !== undefined;
}

async function copyCurl({ currentTarget }: Event): Promise<void> {
  const button = currentTarget as HTMLButtonElement;
  await navigator.clipboard.writeText(document.getElementById('curl')?.textContent ?? '');
  button.textContent = 'Copied';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 1500);
}
