import { html, render, type TemplateResult } from 'lit-html';
import { element } from './elements.js';
import { textOf } from './file-text.js';
import { requestJson } from './json-request.js';

interface LedgerAnswer {
  readonly kept: boolean;
  readonly format: string;
  readonly documents: number;
  readonly names: {
    readonly in: number;
    readonly aligned: number;
    readonly repaired: number;
    readonly leftOut: number;
  };
  readonly remarks: readonly string[];
}

interface FileToKeep {
  readonly name: string;
  readonly text: string;
}

/** Files by choice or drop: each is read, its ledger is shown, and nothing is kept before the reader says so. */
export function enhanceUpload(form: HTMLFormElement): void {
  const address = `/api/projects/${form.dataset.project}/uploads`;
  const choice = element<HTMLInputElement>('upload-files');
  const ledger = element('ledger');
  element('drop-hint').hidden = false;

  choice.addEventListener('change', () => void look([...(choice.files ?? [])]));
  form.addEventListener('dragover', (event) => event.preventDefault());
  form.addEventListener('drop', (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void look(files);
  });

  async function look(files: readonly File[]): Promise<void> {
    ledger.replaceChildren();
    const shown: TemplateResult[] = [];
    const good: FileToKeep[] = [];
    for (const file of files) {
      try {
        const content = { name: file.name, text: await textOf(file) };
        shown.push(ledgerTemplate(file.name, await send(content, false)));
        good.push(content);
      } catch (cause) {
        shown.push(
          html`<p class="note error">${file.name}: ${cause instanceof Error ? cause.message : String(cause)}</p>`,
        );
      }
      render(html`${shown}`, ledger);
    }
    if (good.length > 0)
      render(
        html`${shown}<button type="button" id="keep-files" @click=${() => void keep(good)}>Keep ${good.length === 1 ? 'this file' : `these ${good.length} files`}</button>`,
        ledger,
      );
  }

  async function keep(files: readonly FileToKeep[]): Promise<void> {
    let documents = 0;
    try {
      for (const file of files) documents += (await send(file, true)).documents;
      location.assign(`/projects/${form.dataset.project}?done=${documents}`);
    } catch (cause) {
      render(html`<p class="note error">${cause instanceof Error ? cause.message : String(cause)}</p>`, ledger);
    }
  }

  function send({ name, text }: FileToKeep, isKept: boolean): Promise<LedgerAnswer> {
    const format = element<HTMLSelectElement>('upload-format').value;
    const checked = element<HTMLInputElement>('upload-checked').checked;
    return requestJson(address, { method: 'POST', body: { name, text, format, checked, keep: isKept } });
  }
}

function ledgerTemplate(name: string, { documents, names, format, remarks }: LedgerAnswer): TemplateResult {
  return html`<div class="ledger">
    <p><b dir="auto">${name}</b>: <b>${documents}</b> documents, <b>${names.in}</b> names, read as <b>${format}</b>: ${names.aligned} as they stand, ${names.repaired} repaired, ${names.leftOut} left out. Nothing is kept yet.</p>
    <ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>
  </div>`;
}
