/** What is trained and measured on: `train.conll` and `dev.conll` of folders of ONOMAST_CORPORA. */
export interface Corpus {
  readonly title: string;
  readonly text: string;
  /** From the folder of the corpora; the key where it is left out. */
  readonly folder?: string;
  /** Whether the word vectors that come with the program know its words. */
  readonly isEnglish: boolean;
  /** Kinds of names. */
  readonly labels: number;
  /** In all of the training part, as docs/quality/corpora.json counts them. */
  readonly sentences: number;
}

export const CORPORA: Readonly<Record<string, Corpus>> = {
  uner_en_ewt: {
    title: 'UNER EWT',
    text: '[Universal NER English EWT](https://github.com/UniversalNER/UNER_English-EWT): blogs, newsgroups, emails, reviews, answers',
    isEnglish: true,
    labels: 3,
    sentences: 12_543,
  },
  wnut17: {
    title: 'WNUT-17',
    text: '[WNUT-17](https://github.com/leondz/emerging_entities_17): Twitter, YouTube, Stack Overflow, Reddit',
    isEnglish: true,
    labels: 6,
    sentences: 3_394,
  },
  broad_twitter_corpus_merged: {
    title: 'Broad Twitter',
    text: '[Broad Twitter Corpus](https://github.com/GateNLP/broad_twitter_corpus), all annotators merged: Twitter, 2009 to 2014',
    isEnglish: true,
    labels: 3,
    sentences: 6_338,
  },
  docred_en: {
    title: 'DocRED',
    text: '[DocRED](https://github.com/thunlp/DocRED), its people, places and organisations: Wikipedia',
    isEnglish: true,
    labels: 3,
    sentences: 11_247,
  },
  uner_pt: {
    title: 'Portuguese',
    text: '[Universal NER Portuguese Bosque](https://github.com/UniversalNER/UNER_Portuguese-Bosque): newspapers',
    isEnglish: false,
    labels: 3,
    sentences: 7_013,
  },
  uner_hr: {
    title: 'Croatian',
    text: '[Universal NER Croatian SET](https://github.com/UniversalNER/UNER_Croatian-SET): news',
    isEnglish: false,
    labels: 3,
    sentences: 6_910,
  },
  uner_da: {
    title: 'Danish',
    text: '[Universal NER Danish DDT](https://github.com/UniversalNER/UNER_Danish-DDT): books, newspapers, speech',
    isEnglish: false,
    labels: 3,
    sentences: 4_374,
  },
  turku_fi: {
    title: 'Finnish',
    text: '[Turku NER](https://github.com/TurkuNLP/turku-ner-corpus), its people, places and organisations: ten kinds of text',
    isEnglish: false,
    labels: 3,
    sentences: 12_168,
  },
  nerkor_hu: {
    title: 'Hungarian',
    text: '[NerKor](https://github.com/nytud/NYTK-NerKor), its people, places and organisations: five kinds of text',
    isEnglish: false,
    labels: 3,
    sentences: 32_683,
  },
  uner_zh_gsdsimp: {
    title: 'Chinese',
    text: '[Universal NER Chinese GSDSIMP](https://github.com/UniversalNER/UNER_Chinese-GSDSIMP): Wikipedia, words as the corpus cuts them',
    isEnglish: false,
    labels: 3,
    sentences: 3_997,
  },
  ewt_documents: {
    title: 'UNER EWT, documents marked',
    text: 'the same sentences, with marks between the texts they are from',
    folder: '../documents/uner_en_ewt',
    isEnglish: true,
    labels: 3,
    sentences: 12_543,
  },
  docred_documents: {
    title: 'DocRED, documents marked',
    text: 'the same sentences, with marks between the articles',
    folder: '../documents/docred_en',
    isEnglish: true,
    labels: 3,
    sentences: 11_247,
  },
};
