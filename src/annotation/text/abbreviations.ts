/**
 * What the full stop after an abbreviation can be:
 * - `title`: only part of it, for a name follows ("Dr. Who");
 * - `number`: part of it if a number follows ("No. 5"), else the end of a sentence ("He said no.");
 * - `other`: part of it, and perhaps the end of a sentence as well ("Apple Inc.").
 */
export type AbbreviationKind = 'title' | 'number' | 'other';

/** The kind of a word as it stands before a full stop, or `undefined` for a word that is no abbreviation. */
export function abbreviationKind(word: string): AbbreviationKind | undefined {
  const kind = KINDS.get(word);
  if (kind !== undefined || word.length < 2 || word.length > LONGEST || word !== word.toUpperCase()) return kind;
  // Headlines: "DR. DRE", "APPLE INC." But CO and VA are states before a full stop.
  const kindInTitleCase = KINDS.get(word[0] + word.slice(1).toLowerCase());
  return word.length > 2 || kindInTitleCase === 'title' ? kindInTitleCase : undefined;
}

/**
 * English, then the commonest of other European languages. Left out on purpose: forms that are names or words as often
 * as not, such as Sat, Sun, Miss, Ed and Penn; those stand here that cost little when they are wrong.
 */
const WORDS: Readonly<Record<AbbreviationKind, string>> = {
  title: `Adm Ald Amb Asst Atty Brig Capt Cdr Cmdr Col Cpl Det Dr Drs Ens Fr Gen Gov Govs Hon Insp Lieut Lt Maj Messrs
    Msgr Mr Mrs Ms Mt Mx Pfc Pres Prof Profs Pvt Rep Reps Rev Sen Sens Sgt Supt Treas dr mr mrs ms prof v vs
    Dipl Dott Dra Exma Exmo Hr Ing Mlle Mme Mmes Sig Sra Srta Ste dhr drs mevr`,
  number: `No Nos no nos p pp Vol Vols vol vols Fig Figs fig figs Art art Ch ch Chap chap Eq eq Ext ext Op op Para para Pt
    pt Sec sec Sect sect Tel tel Ver ver c ca approx
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Abs Bd Nr Nrs Tab nr`,
  other: `Assn Assoc Bhd Bros Cie Co Corp Cos Dept Div Esq Est Govt Inc Intl Jr Ltd Natl Plc Pty Sr ST St Univ
    assn co corp dept etc govt inc jr ltd sr al cf ed eds esp incl misc
    Apt Ave Blvd Bldg Ctr Ft Hwy Pkwy Rd Sq Str
    Fri Mon Thu Thur Thurs Tue Tues Wed
    Ala Ariz Calif Colo Conn Fla Kan Ky Mass Md Minn Mont Nev Okla Tenn Va Vt Wis Wyo Ont
    Mio Mrd Ud Uds Vd Vds bijv blz bzw ecc env evtl ggf resp usw vgl`,
};

const KINDS = new Map<string, AbbreviationKind>(
  (['title', 'number', 'other'] as const).flatMap((kind) =>
    WORDS[kind].split(/\s+/).map((word): [string, AbbreviationKind] => [word, kind]),
  ),
);
const LONGEST = Math.max(...[...KINDS.keys()].map((word) => word.length));
