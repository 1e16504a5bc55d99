import { assertLabel } from '#annotation/tags/bio.js';
import { overlaps } from '#app/shared/marks.js';
import type { PinnedSpan, PinRecord } from '#app/store/pins.js';
import { AppError } from '#base/errors.js';
import type { TaggedText } from '#tagging/tagger/entity.js';

type Pin = Pick<PinRecord, 'text' | 'spans'>;

/** `[Aurora|SHIP]` must be found so, `[Teddy|!PER]` must not, in `[Teddy|!]` nothing must be found. */
const EXPECTED = /\[([^[\]|]+)\|(!?)([^[\]|]*)\]/gu;
const MOST_CHARACTERS = 20_000;

/**
 * A pin as people write it: `The [Aurora|SHIP] left, said [Teddy|!PER].`
 *
 * @throws {AppError} `invalid_argument` where nothing is expected, or of what is no label.
 */
export function parsePin(written: string): Pin {
  const spans: PinnedSpan[] = [];
  let text = '';
  let position = 0;
  for (const { 0: whole, 1: words, 2: not, 3: label, index } of written.matchAll(EXPECTED)) {
    text += written.slice(position, index);
    spans.push({ start: text.length, end: text.length + words.length, label: label.trim(), must: not === '' });
    text += words;
    position = index + whole.length;
  }
  return checkedPin({ text: text + written.slice(position), spans });
}

/** @throws {AppError} `invalid_argument`, `text_too_long`, `overlapping_spans`, `invalid_tag` */
export function checkedPin({ text, spans }: Pin): Pin {
  if (spans.length === 0)
    throw new AppError(
      'invalid_argument',
      'pin: expected a place such as [Aurora|SHIP] that must be found, or [Teddy|!PER] that must not, found none',
    );
  if (text.length > MOST_CHARACTERS)
    throw new AppError('text_too_long', `pin: expected at most ${MOST_CHARACTERS} UTF-16 units, found ${text.length}`, {
      details: { limit: MOST_CHARACTERS },
    });
  const sorted = [...spans].sort((left, right) => left.start - right.start);
  for (const [i, { start, end, label, must }] of sorted.entries()) {
    if (!(start >= 0 && start < end && end <= text.length))
      throw new AppError(
        'invalid_argument',
        `pin: expected places within the ${text.length} units of the text, found [${start}, ${end})`,
      );
    if (i > 0 && start < sorted[i - 1].end)
      throw new AppError('overlapping_spans', `pin: places must not overlap, found two at ${start}`);
    if (must || label !== '') assertLabel(label);
  }
  return { text, spans: sorted };
}

/** As {@link parsePin} reads it. */
export function writtenPin({ text, spans }: Pin): string {
  let position = 0;
  let written = '';
  for (const { start, end, label, must } of spans) {
    written += `${text.slice(position, start)}[${text.slice(start, end)}|${must ? '' : '!'}${label}]`;
    position = end;
  }
  return written + text.slice(position);
}

/** What a model that knows other labels cannot be tried on. */
export function isTriedOn({ spans }: Pin, labels: readonly string[]): boolean {
  return spans.every(({ label }) => label === '' || labels.includes(label));
}

/** What is wrong with what a model finds in the text of a pin, one sentence a place. */
export function brokenPlaces({ text, spans }: Pin, { entities }: Pick<TaggedText, 'entities'>): string[] {
  return spans.flatMap(({ start, end, label, must }) => {
    const words = `“${text.slice(start, end)}”`;
    const here = entities.filter((entity) => overlaps(entity, { start, end }));
    const found = here.map((entity) => `${entity.label} “${entity.text}”`).join(', ') || 'no name';
    if (must) {
      const isFound = here.some((entity) => entity.start === start && entity.end === end && entity.label === label);
      return isFound ? [] : [`${words} must be found as ${label}, found ${found}`];
    }
    const isFound = here.some((entity) => label === '' || entity.label === label);
    return isFound ? [`${words} must not be found${label === '' ? '' : ` as ${label}`}, found ${found}`] : [];
  });
}
