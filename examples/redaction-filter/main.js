import { loadTagger } from 'onomast';
import { createRedactor, restoreText } from 'onomast/redaction';

/**
 * A step that stands around a language model, in the shape that LangChain calls a runnable: something with `invoke`. The model
 * is asked with pseudonyms, `<PER_1>`, and its answer gets the names back. The same name has the same number in every
 * question to one filter, so a conversation stays one.
 *
 * What the tagger misses, the model sees: see docs/redaction.md for how much that is.
 */
export async function withoutNames(model) {
  const operators = { DEFAULT: { type: 'pseudonym' } };
  const redactor = createRedactor(await loadTagger(), { operators });
  return {
    async invoke(question, options) {
      const { text } = redactor.redact(question);
      const answer = await model.invoke(text, options);
      return restoreText(answer, { key: redactor.key() });
    },
  };
}

/** Stands for a language model: whatever has `invoke` will do. */
export const echo = {
  asked: [],
  async invoke(question) {
    this.asked.push(question);
    return `You wrote: ${question}`;
  },
};

if (process.argv[1] === import.meta.filename) {
  const chain = await withoutNames(echo);
  console.log(await chain.invoke('Ada Lovelace asks José, jose@example.org, for a letter.'));
  console.log('The model was asked:', echo.asked[0]);
}
