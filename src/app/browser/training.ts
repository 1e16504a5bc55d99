import { html, nothing, render, type TemplateResult } from 'lit-html';
import { segments } from '#annotation/tags/segments.js';
import { chartFigure } from '#app/shared/chart.js';
import { labelStyles } from '#app/shared/labels.js';
import { scoreText } from '#app/shared/scores.js';
import { trainingCurves } from '#app/shared/training-curves.js';
import { averageOf, emptyAverage, withValue } from '#app/shared/weighted-average.js';
import { percent } from '#base/percent.js';
import { parsed } from './elements.js';

interface Progress {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number | null;
  readonly tokensPerSecond: number | null;
  readonly secondsLeft: number | null;
}

interface EpochEvent extends Progress {
  readonly gradientNorm: number;
  readonly dev: { readonly f1: number; readonly labels: Readonly<Record<string, number>> } | null;
}

interface WatchedText {
  readonly text: string;
  readonly entities: readonly {
    readonly start: number;
    readonly end: number;
    readonly label: string;
    readonly score: number;
  }[];
}

/** About the last fifty steps. */
const BETA = 0.98;
const ENDED = ['finished', 'failed', 'stopped'];

/** Follows a training while it runs. A connection that breaks goes on after the last event that arrived. */
export function enhanceTraining(section: HTMLElement): void {
  const live = section.querySelector<HTMLElement>('#training-live')!;
  const stateSign = document.getElementById('training-state')!;
  const first = stateSign.textContent ?? '';
  if (ENDED.includes(first)) return;
  const epochs: EpochEvent[] = [];
  let average = emptyAverage(BETA);
  let step: (Progress & { readonly batch: number; readonly batches: number }) | undefined;
  let watched: readonly WatchedText[] = [];
  let labels: readonly string[] = [];

  const source = new EventSource(section.dataset.events!);
  const on = <T>(type: string, act: (data: T) => void): void =>
    source.addEventListener(type, (event) => {
      act(JSON.parse((event as MessageEvent<string>).data) as T);
      draw();
    });
  on<{ labels: readonly string[] }>('start', (start) => {
    labels = start.labels;
  });
  on<typeof step>('step', (told) => {
    step = told;
    if (told?.loss != null) average = withValue(average, told.loss);
  });
  on<EpochEvent>('epoch', (epoch) => {
    // After a pause the last epoch may be told again.
    while (epochs.length > 0 && epochs.at(-1)!.epoch >= epoch.epoch) epochs.pop();
    epochs.push(epoch);
  });
  on<{ texts: readonly WatchedText[] }>('watch', ({ texts }) => {
    watched = texts;
  });
  on<{ state: string }>('state', ({ state }) => {
    stateSign.textContent = state;
    stateSign.className = `status ${state}`;
    // The page of an ended or paused training is written by the server, with all that can be done then.
    if (state !== first && (ENDED.includes(state) || state === 'paused')) {
      source.close();
      location.reload();
    }
  });
  live.replaceChildren();
  draw();

  function draw(): void {
    const last = epochs.at(-1);
    const found = watched.flatMap(({ entities }) => entities.map(({ label }) => label));
    const styles = labelStyles(labels, found);
    const curves = trainingCurves(epochs.map(({ epoch, loss, dev }) => ({ epoch, loss, f1: dev?.f1 ?? null })));
    render(
      html`${facts(step ?? last, averageOf(average), last)}
        <div class="plots">${curves.flatMap((curve) => parsed(chartFigure(curve)))}</div>
        ${last?.dev ? html`<ul class="legend" aria-label="F1 of each label">${Object.entries(last.dev.labels).map(([label, f1]) => html`<li>${label} <b class="count">${percent(f1)}</b></li>`)}</ul>` : nothing}
        ${watched.map((text) => watchedTemplate(text, styles))}`,
      live,
    );
  }
}

function facts(progress: Progress | undefined, loss: number | null, last: EpochEvent | undefined): TemplateResult {
  if (progress === undefined) return html`<p class="quiet">It begins …</p>`;
  const { epoch, step, tokensPerSecond, secondsLeft } = progress;
  const fact = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
    ${fact('Epoch', String(epoch))} ${fact('Step', step.toLocaleString('en'))}
    ${fact('Loss, averaged', loss === null ? '–' : loss.toFixed(4))}
    ${fact('Gradient norm', last === undefined ? '–' : last.gradientNorm.toPrecision(3))}
    ${fact('Tokens/s', tokensPerSecond === null ? '–' : Math.round(tokensPerSecond).toLocaleString('en'))}
    ${fact('At most left', secondsLeft === null ? '–' : `${Math.ceil(secondsLeft)} s`)}
  </dl>`;
}

function watchedTemplate({ text, entities }: WatchedText, styles: ReturnType<typeof labelStyles>): TemplateResult {
  return html`<p class="tagged watched" dir="auto">${segments(text, entities).map(({ text: piece, entity }) =>
    entity === null
      ? piece
      : html`<mark class="ent ${styles.get(entity.label)!.className}" title="${entity.label} ${scoreText(entity.score)}"><span class="ent-text">${piece}</span><span class="ent-label">${entity.label}</span></mark>`,
  )}</p>`;
}
