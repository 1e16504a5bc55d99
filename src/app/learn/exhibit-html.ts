import { chartFigure } from '#app/shared/chart.js';
import { escapeHtml } from '#app/shared/escape-html.js';
import type { Exhibit, FiguresTable, HeatMap, Outcome } from './experiment.js';

const CELL = { width: 44, height: 16 };
const HEAD = 34;
const NAMES = 26;

/** The markup of what came of an experiment, the same from the server and in the browser. */
export function outcomeHtml({ says, exhibits }: Outcome): string {
  return `<p class="says">${escapeHtml(says)}</p><div class="exhibits">${exhibits.map(exhibitHtml).join('')}</div>`;
}

function exhibitHtml(exhibit: Exhibit): string {
  switch (exhibit.kind) {
    case 'chart':
      return chartFigure(exhibit);
    case 'heat':
      return `<figure class="plot"><figcaption>${escapeHtml(exhibit.title)}</figcaption>${heatSvg(exhibit)}</figure>`;
    case 'table':
      return tableHtml(exhibit);
  }
}

function tableHtml({ title, head, rows }: FiguresTable): string {
  const heads = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
  const body = rows.map(({ cells: [name, ...cells], isMarked = false }) => {
    const others = cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('');
    return `<tr${isMarked ? ' class="marked"' : ''}><th scope="row">${escapeHtml(name)}</th>${others}</tr>`;
  });
  return (
    `<figure class="plot wide"><figcaption>${escapeHtml(title)}</figcaption>` +
    `<div class="scroll" tabindex="0" role="group" aria-label="${escapeHtml(title)}">` +
    `<table><thead><tr>${heads}</tr></thead><tbody>${body.join('')}</tbody></table></div></figure>`
  );
}

/** A rectangle a value; how strong its color is tells how far it is from 0. */
function heatSvg({ title, description, columns, rows }: HeatMap): string {
  const width = NAMES + columns.length * CELL.width;
  const height = HEAD + rows.length * CELL.height;
  const words = columns.map((word, t) => {
    const x = NAMES + (t + 0.5) * CELL.width;
    const short = word.length > 9 ? `${word.slice(0, 8)}…` : word;
    return `<text class="tick" x="${x}" y="${HEAD - 10}" text-anchor="middle" font-size="10">${escapeHtml(short)}</text>`;
  });
  const cells = rows.map(({ name, values }, r) => {
    const y = HEAD + r * CELL.height;
    const label = `<text class="tick" x="${NAMES - 6}" y="${y + 12}" text-anchor="end" font-size="10">${escapeHtml(name)}</text>`;
    const row = values.map((value, t) => {
      const strength = Math.min(1, Math.abs(value)).toFixed(2);
      const at = `x="${NAMES + t * CELL.width}" y="${y}" width="${CELL.width - 1}" height="${CELL.height - 1}"`;
      return `<rect class="${value < 0 ? 'below' : 'above'}" ${at} fill-opacity="${strength}"><title>${escapeHtml(columns[t])}: ${value.toFixed(2)}</title></rect>`;
    });
    return label + row.join('');
  });
  const said = escapeHtml(`${title}. ${description}`);
  return `<svg class="heat" viewBox="0 0 ${width} ${height}" role="img" aria-label="${said}">${words.join('')}${cells.join('')}</svg>`;
}
