/** What is trained and measured on: `train.conll` and `dev.conll` of these folders of ONOMAST_CORPORA. */
export const CORPORA: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  uner_en_ewt: {
    title: 'UNER EWT',
    text: '[Universal NER English EWT](https://github.com/UniversalNER/UNER_English-EWT): blogs, newsgroups, emails, reviews, answers',
  },
  wnut17: {
    title: 'WNUT-17',
    text: '[WNUT-17](https://github.com/leondz/emerging_entities_17): Twitter, YouTube, Stack Overflow, Reddit',
  },
  broad_twitter_corpus_merged: {
    title: 'Broad Twitter',
    text: '[Broad Twitter Corpus](https://github.com/GateNLP/broad_twitter_corpus), all annotators merged: Twitter, 2009 to 2014',
  },
};
