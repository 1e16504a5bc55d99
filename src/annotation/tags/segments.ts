import { AppError } from '#base/errors.js';

/** What {@link segments} must know of an entity: UTF-16 offsets, half-open. */
interface CharacterRange {
  readonly start: number;
  readonly end: number;
}

/** A piece of the text; `entity` is `null` for what lies between entities. Never empty. */
export interface Segment<E extends CharacterRange> {
  readonly text: string;
  readonly entity: E | null;
}

/**
 * Cuts a text at the edges of its entities. The pieces joined are the text, whatever it holds.
 *
 * @param entities In any order.
 * @throws {AppError} `overlapping_spans`, or `invalid_argument` for one that is empty or reaches beyond the text.
 */
export function segments<E extends CharacterRange>(text: string, entities: readonly E[]): Segment<E>[] {
  const pieces: Segment<E>[] = [];
  let position = 0;
  for (const entity of [...entities].sort((left, right) => left.start - right.start)) {
    const { start, end } = entity;
    if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= text.length)) {
      throw new AppError(
        'invalid_argument',
        `"entities" must lie within the ${text.length} characters of the text and not be empty, found [${start}, ${end})`,
      );
    }
    if (start < position) {
      throw new AppError(
        'overlapping_spans',
        `"entities" must not overlap, found [${start}, ${end}) after one that ends at ${position}`,
      );
    }
    if (start > position) pieces.push({ text: text.slice(position, start), entity: null });
    pieces.push({ text: text.slice(start, end), entity });
    position = end;
  }
  if (position < text.length) pieces.push({ text: text.slice(position), entity: null });
  return pieces;
}
