import type { Token } from '#annotation/text/token.js';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';

/** The tokenizer of models that say nothing else. */
export const tokenizer = createDefaultTokenizer();

export const tokenize = (text: string): Token[] => tokenizer.tokenize(text);
