import { outcomeHtml } from '#app/learn/exhibit-html.js';
import { type Experiment, readingOf, valuesOf } from '#app/learn/experiment.js';
import { EXPERIMENTS } from '#app/learn/experiments.js';
import { element, parsed } from './elements.js';

/** Longer than a slider's moves are apart: a training is not begun for every place that it passes. */
const SETTLE_MS = 150;

/** Runs the experiment of the page whenever a control is moved, and keeps the controls in the page's address. */
export function enhanceExperiment(form: HTMLFormElement): void {
  const found = EXPERIMENTS.find(({ id }) => id === form.dataset.experiment);
  if (found === undefined) return;
  const shown: Experiment = found;
  const place = element('outcome');
  element('run').hidden = true; // for readers without scripts
  let timer: number | undefined;

  form.addEventListener('input', () => {
    sayReadings();
    window.clearTimeout(timer);
    if (!shown.isLong) return run();
    place.classList.add('stale');
    timer = window.setTimeout(run, SETTLE_MS);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  sayReadings();
  if (shown.isLong) timer = window.setTimeout(run);

  function run(): void {
    const told = Object.fromEntries(new FormData(form).entries());
    const start = performance.now();
    const markup = outcomeHtml(shown.run(valuesOf(shown.controls, told)));
    place.replaceChildren(...parsed(markup));
    place.classList.remove('stale');
    element('took').textContent = `Computed in your browser in ${Math.round(performance.now() - start)} ms.`;
    history.replaceState(null, '', `?${new URLSearchParams(told as Record<string, string>)}`);
  }

  function sayReadings(): void {
    for (const [name, control] of Object.entries(shown.controls)) {
      if (control.kind !== 'range') continue;
      const slider = form.elements.namedItem(name) as HTMLInputElement;
      const reading = readingOf(control, Number(slider.value));
      slider.setAttribute('aria-valuetext', reading);
      element(`${name}-reading`).textContent = reading;
    }
  }
}
