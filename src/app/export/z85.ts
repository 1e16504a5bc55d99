/**
 * Bytes as text of printable ASCII, five characters for four bytes: a quarter more, where base 64 takes a third. The
 * alphabet is that of ZeroMQ's Z85 (rfc.zeromq.org/spec/32), which needs no escape within single quotes.
 */
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Whole groups of four bytes; the last is filled up with zeros, so who reads it has to know the length. */
export function encodeZ85(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    let value = 0;
    for (let i = 0; i < 4; i++) value = value * 256 + (bytes[at + i] ?? 0);
    let group = '';
    for (let i = 0; i < 5; i++) {
      group = ALPHABET[value % 85] + group;
      value = Math.floor(value / 85);
    }
    parts.push(group);
  }
  return parts.join('');
}

/** @param length Of the bytes that were encoded. */
export function decodeZ85(text: string, length: number): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128);
  for (let i = 0; i < ALPHABET.length; i++) values[ALPHABET.charCodeAt(i)] = i;
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4);
  for (let at = 0, from = 0; at < bytes.length; at += 4, from += 5) {
    let value = values[text.charCodeAt(from)];
    for (let i = 1; i < 5; i++) value = value * 85 + values[text.charCodeAt(from + i)];
    bytes[at] = value >>> 24; // of a number beyond 31 bits, too
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }
  return bytes.subarray(0, length);
}
