import type { Document } from '#annotation/documents/document.js';
import { sentencesOfDocument } from '#annotation/documents/sentences-of-document.js';
import type { WriteContext } from './format.js';

/** Sentences of words and tags, as formats of rows write them. */
export interface RowSentence {
  readonly words: readonly string[];
  /** IOB2 or, of plain tags, the bare class. */
  readonly tags: readonly string[];
  /** Index of its first word among the tokens of the document. */
  readonly from: number;
}

export interface DocumentRows {
  readonly document: Document;
  readonly sentences: readonly RowSentence[];
  /** A mark is due before it: another document ends here, or several follow the first. */
  readonly startsDocument: boolean;
}

/** The documents that hold a word. Of a file of one document without an id, none is marked. */
export function* rowsOf(
  documents: Iterable<Document>,
  { overlaps }: Pick<WriteContext, 'overlaps'>,
): Generator<DocumentRows> {
  let waiting: DocumentRows | undefined;
  let isFirst = true;
  for (const document of documents) {
    if (document.sentences.length === 0) continue;
    if (waiting !== undefined) {
      yield isFirst ? { ...waiting, startsDocument: waiting.startsDocument || !document.continues } : waiting;
      isFirst = false;
    }
    const { sentences } = sentencesOfDocument(document, overlaps);
    waiting = {
      document,
      sentences: numbered(document.isPlain ? sentences.map(plainSentence) : sentences),
      startsDocument: waiting === undefined ? isOneText(document) : !document.continues,
    };
  }
  if (waiting !== undefined) yield waiting;
}

/** Without a mark, each of its sentences would be read as a text of its own. */
function isOneText({ id, isTextGiven, sentences }: Document): boolean {
  return id !== null || (isTextGiven && sentences.length > 1);
}

type Words = Omit<RowSentence, 'from'>;

/** The sentences of a document are all of its tokens, one after another. */
function numbered(sentences: readonly Words[]): RowSentence[] {
  let from = 0;
  return sentences.map(({ words, tags }) => {
    const sentence = { words, tags, from };
    from += words.length;
    return sentence;
  });
}

function plainSentence({ words, tags }: Words): Words {
  return { words, tags: tags.map((tag) => (tag === 'O' ? tag : tag.slice(2))) };
}

/** A word for a format that cannot hold white space or a mark of its own: each becomes `_`. */
export function withoutSpaces(word: string, marks = ''): string {
  let safe = word.replace(/\s/gu, '_');
  for (const mark of marks) safe = safe.replaceAll(mark, '_');
  return safe;
}
