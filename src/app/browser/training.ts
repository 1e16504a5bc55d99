import { html, nothing, render, svg, type TemplateResult } from 'lit-html';
import { segments } from '#annotation/tags/segments.js';
import { labelStyles } from '#app/shared/labels.js';
import { type LinePlot, linePlot } from '#app/shared/plots.js';
import { scoreText } from '#app/shared/scores.js';
import { averageOf, emptyAverage, withValue } from '#app/shared/weighted-average.js';
import { percent } from '#base/percent.js';

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
    const plots = [
      linePlot({
        title: 'Training loss',
        xName: 'epoch',
        points: epochs.map(({ epoch, loss }) => ({ x: epoch, y: loss })),
        yLeast: 0,
      }),
      linePlot({
        title: 'F1 on the dev part',
        xName: 'epoch',
        points: epochs.map(({ epoch, dev }) => ({ x: epoch, y: dev?.f1 ?? null })),
        yLeast: 0,
        yMost: 1,
      }),
    ].filter((plot) => plot !== undefined);
    render(
      html`${facts(step ?? last, averageOf(average), last)}
        <div class="plots">${plots.map(plotTemplate)}</div>
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

/** As `views/partials/plot.ejs` writes it. */
function plotTemplate({ title, width, height, frame, yTicks, xTicks, polylines, dots }: LinePlot): TemplateResult {
  return html`<figure class="plot">
    <figcaption>${title} <span class="quiet">by epoch</span></figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title} by epoch">
      ${yTicks.map(({ position, label }) => svg`<line class="grid" x1=${frame.left} x2=${frame.right} y1=${position} y2=${position}/><text class="tick" x=${frame.left - 8} y=${position + 4} text-anchor="end">${label}</text>`)}
      ${xTicks.map(({ position, label }) => svg`<text class="tick" x=${position} y=${frame.bottom + 20} text-anchor="middle">${label}</text>`)}
      <line class="axis" x1=${frame.left} x2=${frame.right} y1=${frame.bottom} y2=${frame.bottom}></line>
      ${polylines.map((points) => svg`<polyline class="line" points=${points}/>`)}
      ${dots.map(({ x, y, title: said }) => svg`<circle class="dot" cx=${x} cy=${y} r="3.5"><title>${said}</title></circle>`)}
    </svg>
  </figure>`;
}

function watchedTemplate({ text, entities }: WatchedText, styles: ReturnType<typeof labelStyles>): TemplateResult {
  return html`<p class="tagged watched" dir="auto">${segments(text, entities).map(({ text: piece, entity }) =>
    entity === null
      ? piece
      : html`<mark class="ent ${styles.get(entity.label)!.className}" title="${entity.label} ${scoreText(entity.score)}"><span class="ent-text">${piece}</span><span class="ent-label">${entity.label}</span></mark>`,
  )}</p>`;
}
