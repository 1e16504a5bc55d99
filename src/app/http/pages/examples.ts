/** Sentences a visitor can try, written for this project. The first is tagged when the page opens. */
export const EXAMPLES: readonly string[] = [
  'Ada Lovelace met José Martínez at the University of Zürich, then flew home to London.',
  'He said, Teddy Roosevelt was a great President.',
  'He said, Teddy bears are on sale.',
  'São Paulo’s mayor 😀 thanked Nokia and the University of Nairobi.\nWangari Otieno spoke last, in Swahili.',
];
