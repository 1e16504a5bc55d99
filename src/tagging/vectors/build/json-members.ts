/** A member of a JSON object: its name, its value as it is written, and where the next one may begin. */
export interface JsonMember {
  readonly key: string;
  readonly value: string;
  readonly end: number;
}

/** What stands at a place of an unfinished text; `partial` is for the caller to ask again when there is more of it. */
export type JsonStep = JsonMember | 'end' | 'partial' | 'damaged';

/**
 * The member at `at`, where the text is inside an object: behind its `{`, or behind a member. Of an object under the name
 * `open`, the value is its brace alone, so that its members can be read in turn.
 */
export function jsonMemberAt(text: string, at: number, open?: string): JsonStep {
  let i = skipSpace(text, at);
  if (text[i] === ',') i = skipSpace(text, i + 1);
  if (i === text.length) return 'partial';
  if (text[i] === '}') return 'end';
  if (text[i] !== '"') return 'damaged';
  const keyEnd = stringEnd(text, i);
  if (keyEnd === -1) return 'partial';
  const key = parseJson(text.slice(i, keyEnd));
  i = skipSpace(text, keyEnd);
  if (i === text.length) return 'partial';
  if (typeof key !== 'string' || text[i] !== ':') return 'damaged';
  i = skipSpace(text, i + 1);
  if (i === text.length) return 'partial';
  const end = key === open && text[i] === '{' ? i + 1 : valueEnd(text, i);
  return end === -1 ? 'partial' : { key, value: text.slice(i, end), end };
}

/** undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function skipSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length && ' \t\r\n'.includes(text[i])) i++;
  return i;
}

/** Behind the closing quote of the string that begins at `at`; -1 if it is not there yet. */
function stringEnd(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text[quote - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return quote + 1;
  }
  return -1;
}

/** Behind the value that begins at `at`; -1 if its end is not there yet. */
function valueEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  return '[{'.includes(text[at]) ? bracketEnd(text, at) : indexOfMark(text, at, /[,}\]\s]/g);
}

function bracketEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i !== -1; i = indexOfMark(text, i, /["[\]{}]/g)) {
    if (text[i] === '"') {
      i = stringEnd(text, i);
      if (i === -1) return -1;
      continue;
    }
    depth += '[{'.includes(text[i]) ? 1 : -1;
    i++;
    if (depth === 0) return i;
  }
  return -1;
}

function indexOfMark(text: string, at: number, marks: RegExp): number {
  marks.lastIndex = at;
  return marks.exec(text)?.index ?? -1;
}
