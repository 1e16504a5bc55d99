/** What one request may ask for. Every answer that refuses more states the limit it stands for. */
export interface Limits {
  /** UTF-16 units of one text. */
  readonly textLength: number;
  /** Texts, or tokenised sentences, of one batch. */
  readonly texts: number;
  /** Bytes of a JSON body, decompressed. */
  readonly bodyBytes: number;
  /** Bytes of a submitted form. */
  readonly formBytes: number;
  /** Tagging requests in progress; bounds the memory their bodies take. */
  readonly requestsAtOnce: number;
}

export const DEFAULT_LIMITS: Limits = {
  textLength: 1_000_000,
  texts: 256,
  bodyBytes: 12 * 1024 * 1024,
  formBytes: 1024 * 1024,
  requestsAtOnce: 64,
};
