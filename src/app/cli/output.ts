/** Results. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** One JSON object a line. */
export function printJsonLine(value: unknown): void {
  print(JSON.stringify(value));
}

/** Something that went wrong without stopping the command. */
export function noteWarning(message: string): void {
  note(`onomast: ${message}`);
}

/** Everything that is not the result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
