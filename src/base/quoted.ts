const LONGEST = 60;
/** Line breaks, escapes of terminals and changes of direction, which names of files and what a message quotes may hold. */
const NOT_SHOWN = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A piece of a file for a message: quoted, short, and without characters that would steer a terminal. */
export function quoted(text: string): string {
  return oneLine(JSON.stringify(short(text)));
}

/** Any JSON value for a message, short. */
export function shown(value: unknown): string {
  return oneLine(short(JSON.stringify(value) ?? 'nothing'));
}

/** The text with such characters as JSON writes them, so that a message stays the one line that it is meant to be. */
export function oneLine(text: string): string {
  return text.replace(NOT_SHOWN, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped;
  });
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
