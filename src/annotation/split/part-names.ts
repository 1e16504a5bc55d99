/** Parts of a corpus, in the order in which they are given and written. */
export const PART_NAMES = ['train', 'dev', 'test'] as const;

export type PartName = (typeof PART_NAMES)[number];
