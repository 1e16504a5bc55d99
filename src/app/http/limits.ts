/** What one request may ask for. Every answer that refuses more states the limit it stands for. */
export interface Limits {
  /** UTF-16 units of one text. */
  readonly textLength: number;
  /** Texts, or tokenised sentences, of one batch. */
  readonly texts: number;
  /** Tokens that one request brings, over all its sentences. */
  readonly tokens: number;
  /** Labels that a request names. */
  readonly labels: number;
  /** Bytes of a JSON body, decompressed. */
  readonly bodyBytes: number;
  /** Values in a JSON body. */
  readonly bodyValues: number;
  /** Milliseconds in which a body must arrive. */
  readonly bodyMs: number;
  /** Bytes of a submitted form: nine for a UTF-16 unit outside of ASCII, three bytes of UTF-8 in percent encoding. */
  readonly formBytes: number;
  /** Requests that are tagged or wait for it. */
  readonly requestsAtOnce: number;
  /** Milliseconds that tagging may take, waiting included. */
  readonly taggingMs: number;
  /** Milliseconds in which a client must have read its answer. */
  readonly readingMs: number;
  /** Bytes of all bodies and answers in progress. */
  readonly bytesAtOnce: number;
}

const MEBIBYTE = 2 ** 20;

export const DEFAULT_LIMITS: Limits = {
  textLength: 1_000_000,
  texts: 256,
  tokens: 250_000,
  labels: 1000,
  bodyBytes: 12 * MEBIBYTE,
  bodyValues: 300_000,
  bodyMs: 30_000,
  formBytes: 9 * 1_000_000 + 64 * 1024,
  requestsAtOnce: 256,
  taggingMs: 30_000,
  readingMs: 60_000,
  bytesAtOnce: 256 * MEBIBYTE,
};
