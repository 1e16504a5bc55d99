import type { PinReport } from '#app/services/annotation.js';
import { writtenPin } from '#app/services/pins.js';
import { type LabelStyle, projectStyles } from '#app/shared/labels.js';
import type { PinRecord } from '#app/store/pins.js';
import type { ProjectRecord } from '#app/store/projects.js';

/** What `views/pins.ejs` shows. Every string is plain text. */
export function pinsPageView({ id, name, labels }: ProjectRecord, { model, pins }: PinReport): object {
  const styles = projectStyles(labels);
  const tried = pins.filter(({ broken }) => broken !== null);
  const kept = tried.filter(({ broken }) => broken!.length === 0).length;
  return {
    title: `Pins of ${name} · Onomast`,
    current: 'projects',
    here: `/projects/${id}/pins`,
    projectHref: `/projects/${id}`,
    name,
    model,
    summary: tried.length === 0 ? '' : `${model} keeps ${kept} of ${tried.length}`,
    example: labels[0]?.label ?? 'PER',
    pins: pins.map(({ pin, broken }) => ({
      id: pin.id,
      written: writtenPin(pin),
      pieces: piecesOf(pin, styles),
      state: broken === null ? 'not tried' : broken.length === 0 ? 'kept' : 'broken',
      broken: broken ?? [],
    })),
  };
}

interface Piece {
  readonly text: string;
  readonly mark: { readonly kind: 'must' | 'not'; readonly says: string; readonly className: string } | null;
}

function piecesOf({ text, spans }: PinRecord, styles: ReadonlyMap<string, LabelStyle>): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  for (const { start, end, label, must } of spans) {
    if (start > position) pieces.push({ text: text.slice(position, start), mark: null });
    const says = must ? label : `not ${label || 'a name'}`;
    const className = styles.get(label)?.className ?? 'colour-4 line-0';
    pieces.push({ text: text.slice(start, end), mark: { kind: must ? 'must' : 'not', says, className } });
    position = end;
  }
  if (position < text.length) pieces.push({ text: text.slice(position), mark: null });
  return pieces;
}
