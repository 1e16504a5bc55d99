/** As the server limits the body of a request; larger files go through the command line. */
const MOST_BYTES = 10 * 1024 * 1024;

/** The text of a file that the reader has chosen or dropped. @throws {Error} with a sentence for the reader. */
export async function textOf(file: File): Promise<string> {
  if (file.size > MOST_BYTES)
    throw new Error(`expected at most ${MOST_BYTES / 2 ** 20} MiB, found ${Math.ceil(file.size / 2 ** 20)}; split it`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error('expected text in UTF-8, found other bytes');
  }
}
