/** What a run is called by: its corpus, and the recipe that was told or chosen; unknown of runs before. */
export const NAMES_OF_RUNS = `
  ALTER TABLE runs ADD COLUMN corpus TEXT;
  ALTER TABLE runs ADD COLUMN recipe TEXT;
  `;
