/** A command for a POSIX shell; within single quotes only the quote itself is special. */
export function curlCommand(url: string, body: object): string {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  return `curl -s ${quote(url)} -H 'Content-Type: application/json' --data-binary ${quote(JSON.stringify(body))}`;
}
