const LONGEST = 60;

/** A piece of a file for a message: quoted, short, and without characters that would steer a terminal. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text).replace(
    /[\x7F-\x9F\u2028-\u202E\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
