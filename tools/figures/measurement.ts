/** How much is trained for a figure. */
export interface Scale {
  /** A few sentences and epochs: whether everything works, in seconds. */
  readonly isQuick: boolean;
}

/** What a measurement gives to the page: pictures as SVG and tables as lines of Markdown, by name. */
export interface Measurement {
  readonly figures: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, readonly string[]>>;
}
