import type { TaggedSentence } from './small-tagger.js';

/** In each pair the word before the last comma is a name in one sentence and none in the other, after the same beginning. */
export const PAIRS = {
  teddy: ['He said , Teddy Roosevelt was a great President', 'He said , Teddy bears are on sale'],
  mark: ['She said , Mark Evans never wrote back', 'She said , Mark my words'],
  rose: ['We saw , Rose Tyler at the door', 'We saw , Rose petals at the door'],
} as const;

/** Names in brackets. None of the sentences of `PAIRS` is among them, only their words. */
const SENTENCES = [
  '[Teddy Roosevelt] rode west',
  'In spring she met [Teddy Roosevelt] at the station',
  'They asked [Teddy Roosevelt] for a photograph',
  'Once , [Teddy Roosevelt] spared a bear',
  'Teddy bears are soft',
  'We bought Teddy bears for the children',
  'The shop sells Teddy bears and kites',
  'Today , Teddy bears are cheap',
  '[Mark Evans] is late',
  'Nobody told [Mark Evans] the time',
  'He wrote to [Mark Evans] again',
  'Later , [Mark Evans] came back',
  'Mark my answer with a cross',
  'Please , Mark my place in the book',
  'Mark my name on the list',
  'You must Mark my letter',
  '[Rose Tyler] sang a song',
  'At noon [Rose Tyler] left',
  'We waited for [Rose Tyler] in the rain',
  'Then , [Rose Tyler] laughed',
  'Rose petals lay on the floor',
  'She strewed Rose petals on the water',
  'A bowl of Rose petals stood there',
  'There , Rose petals fell',
  'He said nothing at all',
  'She said that it was late',
  'We saw the sea',
  'A great President was on the train',
  'The words are on the door',
];

export const TRAINING: readonly TaggedSentence[] = SENTENCES.map((sentence) => {
  const words: string[] = [];
  const tags: string[] = [];
  let isInside = false;
  for (const piece of sentence.split(' ')) {
    const isFirst = piece.startsWith('[');
    tags.push(isFirst ? 'B-PER' : isInside ? 'I-PER' : 'O');
    words.push(piece.replace(/[[\]]/g, ''));
    isInside = (isFirst || isInside) && !piece.endsWith(']');
  }
  return { words, tags };
});
