import type { AbbreviationWords } from './abbreviation-words.js';

/** The commonest of German, Dutch, French, Spanish, Portuguese and Italian; those that cost little when they are wrong. */
export const EUROPEAN_ABBREVIATIONS: AbbreviationWords = {
  title: 'Dipl Dott Dra Exma Exmo Hr Ing Mlle Mme Mmes Sig Sra Srta Ste dhr drs mevr',
  number: 'Abs Bd Nr Nrs Tab nr',
  other: 'Mio Mrd Ud Uds Vd Vds bijv blz bzw ecc env evtl ggf resp usw vgl',
};
