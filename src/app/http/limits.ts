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
  /** Bytes of a submitted form: nine for a UTF-16 unit outside of ASCII, three bytes of UTF-8 in percent encoding. */
  readonly formBytes: number;
  /** Tagging requests in progress; bounds the memory their bodies take. */
  readonly requestsAtOnce: number;
}

export const DEFAULT_LIMITS: Limits = {
  textLength: 1_000_000,
  texts: 256,
  tokens: 250_000,
  labels: 1000,
  bodyBytes: 12 * 1024 * 1024,
  formBytes: 9 * 1_000_000 + 64 * 1024,
  requestsAtOnce: 64,
};
