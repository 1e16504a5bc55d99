/** A marked name: UTF-16 offsets, half-open. `model` and `score` are there where a model has suggested it. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly model?: string;
  readonly score?: number;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Tokens as they are sent and kept: start and end of each in turn. */
export type TokenOffsets = readonly number[];

/** The tokens that a range touches, as a range; `undefined` where it touches none. */
export function snapped(range: Range, tokens: TokenOffsets): Range | undefined {
  let start: number | undefined;
  let end = 0;
  for (let i = 0; i < tokens.length; i += 2) {
    if (tokens[i + 1] <= range.start) continue;
    if (tokens[i] >= range.end && start !== undefined) break;
    if (tokens[i] >= range.end) break;
    start ??= tokens[i];
    end = tokens[i + 1];
  }
  return start === undefined ? undefined : { start, end };
}

/** Marks in reading order with this one among them; those it overlaps give way. */
export function withMark(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  return [...marks.filter((other) => !overlaps(other, mark)), mark].sort((left, right) => left.start - right.start);
}

export function withoutMark(marks: readonly Mark[], mark: Range): readonly Mark[] {
  return marks.filter((other) => other.start !== mark.start || other.end !== mark.end);
}

/** The same names, one of them with another label; what a person has decided is no suggestion any more. */
export function relabelled(marks: readonly Mark[], { start, end }: Range, label: string): readonly Mark[] {
  return withMark(marks, { start, end, label });
}

export type Edge = 'start' | 'end';

/** One edge of a mark moved by a token, outwards or inwards; the marks themselves where there is no room. */
export function resized(
  marks: readonly Mark[],
  mark: Mark,
  { edge, step, tokens }: { readonly edge: Edge; readonly step: 1 | -1; readonly tokens: TokenOffsets },
): readonly Mark[] {
  const { start, end, label } = mark;
  const edges = tokens.filter((_, i) => i % 2 === (edge === 'start' ? 0 : 1));
  const at = edges.findIndex((position) => position >= mark[edge]);
  const moved = edges[(at === -1 ? edges.length : at) + step];
  if (moved === undefined) return marks;
  const changed = edge === 'start' ? { start: moved, end, label } : { start, end: moved, label };
  return changed.start < changed.end ? withMark(withoutMark(marks, mark), changed) : marks;
}

/** A mark cut in two before the token at `position`; the marks themselves where that is no place within it. */
export function split(marks: readonly Mark[], mark: Mark, position: number, tokens: TokenOffsets): readonly Mark[] {
  const left = snapped({ start: mark.start, end: position }, tokens);
  const right = snapped({ start: position, end: mark.end }, tokens);
  if (!left || !right || position <= mark.start || position >= mark.end || left.end > right.start) return marks;
  const { label } = mark;
  return withMark(withMark(withoutMark(marks, mark), { ...left, label }), { ...right, label });
}

/** A mark joined with the next one; it keeps its own label. */
export function joined(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const next = marks.find(({ start }) => start >= mark.end);
  return next === undefined ? marks : withMark(marks, { start: mark.start, end: next.end, label: mark.label });
}

/**
 * Where else the words of a range stand in the text, as whole tokens, upper and lower case alike; without the range itself
 * and without what is marked already.
 */
export function occurrences(
  text: string,
  range: Range,
  tokens: TokenOffsets,
  marks: readonly Mark[],
): readonly Range[] {
  const fold = (piece: string): string => piece.toLowerCase();
  const words: string[] = [];
  for (let i = 0; i < tokens.length; i += 2)
    if (tokens[i] >= range.start && tokens[i + 1] <= range.end) words.push(fold(text.slice(tokens[i], tokens[i + 1])));
  if (words.length === 0) return [];
  const found: Range[] = [];
  for (let i = 0; i + 2 * words.length <= tokens.length; i += 2) {
    const isSame = words.every((word, k) => fold(text.slice(tokens[i + 2 * k], tokens[i + 2 * k + 1])) === word);
    if (!isSame) continue;
    const place = { start: tokens[i], end: tokens[i + 2 * words.length - 1] };
    if (!overlaps(place, range) && !marks.some((mark) => overlaps(mark, place))) found.push(place);
  }
  return found;
}

export function overlaps(left: Range, right: Range): boolean {
  return left.start < right.end && right.start < left.end;
}

/** What is wrong with marks on a text of so many UTF-16 units, as a sentence; `undefined` if nothing is. */
export function faultOf(marks: readonly Mark[], textLength: number, labels: readonly string[]): MarkFault | undefined {
  let end = 0;
  for (const [index, mark] of [...marks].sort((left, right) => left.start - right.start).entries()) {
    const at = `spans[${index}]`;
    if (!(mark.start >= 0 && mark.start < mark.end && mark.end <= textLength))
      return {
        kind: 'outside',
        message: `${at}: expected offsets within the ${textLength} units of the text, found [${mark.start}, ${mark.end})`,
      };
    if (mark.start < end)
      return {
        kind: 'overlap',
        message: `${at}: names must not overlap, found [${mark.start}, ${mark.end}) after one that ends at ${end}`,
      };
    if (!labels.includes(mark.label))
      return {
        kind: 'label',
        message: `${at}: expected a label of the project (${labels.join(', ')}), found ${JSON.stringify(mark.label)}`,
      };
    end = mark.end;
  }
  return undefined;
}

export interface MarkFault {
  readonly kind: 'outside' | 'overlap' | 'label';
  readonly message: string;
}
