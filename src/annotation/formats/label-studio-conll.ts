import { DOCUMENT_MARK } from './columns.js';
import { conll2003, writeRows } from './conll.js';
import type { Format, Sample } from './format.js';
import { withoutSpaces } from './rows.js';

/**
 * CoNLL as Label Studio exports it: `Pills -X- _ B-Drug`. Its words are cut at white space alone, so `onomast check` counts
 * those that `onomast tag` would cut otherwise.
 */
export const labelStudioConll: Format = {
  name: 'label-studio-conll',
  summary: 'CoNLL as Label Studio exports it: word -X- _ tag',
  extensions: ['.conll'],
  loses: conll2003.loses,
  detect: ({ lines }: Sample) => {
    const rows = lines.filter((line) => !line.startsWith(DOCUMENT_MARK));
    return rows.length > 0 && rows.every((line) => / -X- _ \S+$/.test(line)) ? 0.95 : 0;
  },
  read: conll2003.read,
  *write(documents, context) {
    const file = `${context.stem}.conll`;
    const row = (word: string, tag: string) => `${withoutSpaces(word)} -X- _ ${tag}`;
    for (const text of writeRows(documents, context, { mark: `${DOCUMENT_MARK} -X- O`, row })) yield { file, text };
  },
};
