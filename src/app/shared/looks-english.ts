/** Words without which hardly any English sentence is written; “a”, “as” and “or” are left out, for other languages have them. */
const COMMON = new Set(
  (
    'the of and to is was were are that it he she they his her its their with be by this have has had not but from ' +
    'which you we who will would been there said when after before then'
  ).split(' '),
);
/** With fewer words nothing can be told. */
const LEAST_WORDS = 8;
const MOST_READ = 5000;

/** False where a text is in another script, or long enough to hold a common English word and holds none. */
export function looksEnglish(text: string): boolean {
  const words = (text.slice(0, MOST_READ).match(/\p{L}[\p{L}\p{M}’']*/gu) ?? []).map((word) => word.toLowerCase());
  const foreign = words.filter((word) => !/^\p{sc=Latn}/u.test(word)).length;
  if (foreign * 2 > words.length) return false;
  if (words.length < LEAST_WORDS) return true;
  const common = words.filter((word) => COMMON.has(word)).length;
  return common * 25 >= words.length;
}
