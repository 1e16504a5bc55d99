import type { AbbreviationWords } from './abbreviation-words.js';

/** Left out on purpose: forms that are names or words as often as not, such as Sat, Sun, Miss, Ed and Penn. */
export const ENGLISH_ABBREVIATIONS: AbbreviationWords = {
  title: `Adm Ald Amb Asst Atty Brig Capt Cdr Cmdr Col Cpl Det Dr Drs Ens Fr Gen Gov Govs Hon Insp Lieut Lt Maj Messrs
    Msgr Mr Mrs Ms Mt Mx Pfc Pres Prof Profs Pvt Rep Reps Rev Sen Sens Sgt Supt Treas dr mr mrs ms prof v vs`,
  number: `No Nos no nos p pp Vol Vols vol vols Fig Figs fig figs Art art Ch ch Chap chap Eq eq Ext ext Op op Para para Pt
    pt Sec sec Sect sect Tel tel Ver ver c ca approx
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec`,
  other: `Assn Assoc Bhd Bros Cie Co Corp Cos Dept Div Esq Est Govt Inc Intl Jr Ltd Natl Plc Pty Sr ST St Univ
    assn co corp dept etc govt inc jr ltd sr al cf ed eds esp incl misc
    Apt Ave Blvd Bldg Ctr Ft Hwy Pkwy Rd Sq Str
    Fri Mon Thu Thur Thurs Tue Tues Wed
    Ala Ariz Calif Colo Conn Fla Kan Ky Mass Md Minn Mont Nev Okla Tenn Va Vt Wis Wyo Ont`,
};

/** Words that begin a sentence far more often than they follow an abbreviation within one. */
export const SENTENCE_STARTERS: ReadonlySet<string> = new Set(
  `The A An This That These Those It He She We They You I In On At But And Or So If When While As After Before Since
  Although Though However Then There Here What Who Why How Where Which His Her Its Their Our My Your Not Now Some Many
  Most All Both Each Every Another Also Among Because During Until According Once`.split(/\s+/),
);

/** What `'d` contracts with; after any other word it is part of a name, as in Sa'd and Ra'd. */
export const BEFORE_CLITIC_D: ReadonlySet<string> = new Set(
  'i you he she it we they who that this there what where when how why'.split(' '),
);
