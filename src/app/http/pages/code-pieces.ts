/** A piece of a sentence; code stands between backticks in messages. */
export interface CodePiece {
  readonly text: string;
  readonly isCode: boolean;
}

/** A message of the program, as `views/partials/sentence.ejs` shows it; a backtick without a second one is a backtick. */
export function codePieces(sentence: string): CodePiece[] {
  const pieces = sentence.split('`');
  if (pieces.length % 2 === 0) pieces.push(pieces.splice(-2).join('`'));
  return pieces.map((text, i) => ({ text, isCode: i % 2 === 1 })).filter(({ text }) => text !== '');
}
