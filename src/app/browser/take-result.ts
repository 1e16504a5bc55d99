import type { ShownEntity } from '#app/shared/tag-view.js';
import { element } from './elements.js';
import { textOf } from './file-text.js';

export interface Taking {
  /** What is shown now. */
  result(): Promise<{ readonly text: string; readonly entities: readonly ShownEntity[] }>;
  /** An address that carries the text. */
  link(): string;
  onFile(text: string): void;
  onProblem(message: string): void;
}

/** Files in, results out: dropping or choosing a file, copying the result in a format, copying a link. */
export function enhanceTaking({ result, link, onFile, onProblem }: Taking): void {
  const row = element('take');
  const text = element('text');
  const choice = element<HTMLInputElement>('text-file');
  row.hidden = false;

  choice.addEventListener('change', () => void read(choice.files?.[0]));
  text.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  text.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    if (file === undefined) return; // text that is dragged goes where it always goes
    event.preventDefault();
    void read(file);
  });
  for (const button of row.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    // The clipboard is there only on HTTPS and on this machine itself.
    button.hidden = navigator.clipboard === undefined;
    button.addEventListener('click', () => void copy(button));
  }

  async function read(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      onFile(await textOf(file));
    } catch (cause) {
      onProblem(`${file.name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    } finally {
      choice.value = ''; // the same file can be chosen again
    }
  }

  async function copy(button: HTMLButtonElement): Promise<void> {
    const { COPY_FORMATS, copyAs } = await import('./copy-result.js');
    const format = COPY_FORMATS.find((one) => one === button.dataset.copy);
    const told = format === undefined ? link() : copyAs(format, await result());
    try {
      await navigator.clipboard.writeText(told);
      element('copy-says').textContent = 'Copied.';
    } catch {
      element('copy-says').textContent = 'The browser does not allow copying.';
    }
    setTimeout(() => {
      element('copy-says').textContent = '';
    }, 1500);
  }
}
