import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { decodeEntities, dropHandles, joinClitics, joinMarks } from './tokens.js';

/** Words with a tag each. */
export interface Tagged {
  readonly words: readonly string[];
  readonly tags: readonly string[];
}

/** A corpus that the model is trained and measured on. */
export interface Corpus {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  /** What becomes of every label there is; null for what is no name here. */
  readonly labels: Readonly<Record<string, 'PER' | 'LOC' | 'ORG' | null>>;
  /** Bring tokens into the form that our tokenizer gives them, for both training and measuring. */
  readonly prepare: readonly ((sentence: Tagged) => Tagged)[];
  readonly license: string;
  readonly url: string;
  readonly attribution: string;
  readonly notes: string;
}

export const LABELS = ['PER', 'LOC', 'ORG'];

export const BUNDLED: Corpus = {
  id: 'names',
  title: 'the bundled corpus',
  kind: 'written for this project: stories, news, letters, dialogue, chat',
  labels: { PER: 'PER', LOC: 'LOC', ORG: 'ORG' },
  prepare: [],
  license: 'CC0 1.0',
  url: 'data/names',
  attribution: 'the Onomast authors',
  notes: 'as it is',
};

/** Folders of ONOMAST_CORPORA, in the order they are read. */
export const PUBLIC: readonly Corpus[] = [
  {
    id: 'uner_en_ewt',
    title: 'Universal NER, English-EWT',
    kind: 'web: blogs, newsgroups, e-mail, reviews, answers',
    labels: { PER: 'PER', LOC: 'LOC', ORG: 'ORG' },
    prepare: [],
    license: 'CC BY-SA 4.0',
    url: 'https://github.com/UniversalNER/UNER_English-EWT',
    attribution:
      'Mayhew et al., “Universal NER: A Gold-Standard Multilingual Named Entity Recognition Benchmark”, NAACL 2024, ' +
      'on the sentences of UD English-EWT (Silveira et al., LREC 2014)',
    notes: 'as it is; the training part is the first published revision of its labels',
  },
  {
    id: 'broad_twitter_corpus_merged',
    title: 'Broad Twitter Corpus',
    kind: 'tweets, 2009 to 2014',
    labels: { PER: 'PER', LOC: 'LOC', ORG: 'ORG' },
    prepare: [joinMarks, dropHandles],
    license: 'CC BY 4.0',
    url: 'https://github.com/GateNLP/broad_twitter_corpus',
    attribution: 'Derczynski, Bontcheva and Roberts, “Broad Twitter Corpus”, COLING 2016',
    notes: '@handles are one token each and no names (half of its PER are handles); hashtags are one token each',
  },
  {
    id: 'wnut17',
    title: 'WNUT 2017, emerging entities',
    kind: 'Twitter; dev part: comments on YouTube',
    // Teams, bands, parties and offices are "group": what the other corpora call ORG. Their LOC has clubs and stadiums too.
    labels: {
      person: 'PER',
      location: 'LOC',
      corporation: 'ORG',
      group: 'ORG',
      'creative-work': null,
      product: null,
    },
    prepare: [decodeEntities, dropHandles],
    license: 'CC BY 4.0',
    url: 'https://github.com/leondz/emerging_entities_17',
    attribution:
      'Derczynski, Nichols, van Erp and Limsopatham, “Results of the WNUT2017 Shared Task on Novel and Emerging ' +
      'Entity Recognition”, W-NUT 2017',
    notes: 'corporation and group are ORG, creative works and products no names; @handles are no names',
  },
  {
    id: 'crossner_politics',
    title: 'CrossNER, politics',
    kind: 'Wikipedia: politics',
    labels: {
      person: 'PER',
      politician: 'PER',
      country: 'LOC',
      location: 'LOC',
      organisation: 'ORG',
      politicalparty: 'ORG',
      election: null,
      event: null,
      misc: null,
    },
    prepare: [joinClitics],
    license: 'MIT; its sentences are from Wikipedia, CC BY-SA',
    url: 'https://github.com/zliucr/CrossNER',
    attribution:
      'Liu et al., “CrossNER: Evaluating Cross-Domain Named Entity Recognition”, AAAI 2021; the sentences are by the ' +
      'authors of English Wikipedia',
    notes: 'parties are ORG, countries LOC; elections, events and the rest are no names, nor is what they contain',
  },
  {
    id: 'docred_en',
    title: 'DocRED',
    kind: 'Wikipedia: openings of articles on every subject',
    labels: { PER: 'PER', LOC: 'LOC', ORG: 'ORG' },
    prepare: [],
    license: 'MIT; its sentences are from Wikipedia, CC BY-SA',
    url: 'https://github.com/thunlp/DocRED',
    attribution:
      'Yao et al., “DocRED: A Large-Scale Document-Level Relation Extraction Dataset”, ACL 2019, in the mentions as revised ' +
      'by Tan et al., “Revisiting DocRED – Addressing the False Negative Problem in Relation Extraction”, EMNLP 2022; the ' +
      'sentences are by the authors of English Wikipedia',
    notes: 'nationalities, works, times and numbers are no names; titles and *the* are outside',
  },
  {
    id: 'gum_en',
    title: 'GUM',
    kind: 'news, interviews, lives, travel, science, textbooks, speeches, vlogs, court records',
    labels: { PER: 'PER', LOC: 'LOC', ORG: 'ORG' },
    prepare: [],
    license: 'CC BY 4.0; its texts by kind up to CC BY-SA',
    url: 'https://github.com/amir-zeldes/gum',
    attribution:
      'Zeldes, “The GUM Corpus: Creating Multilayer Resources in the Classroom”, LRE 2017; Lin and Zeldes, “WikiGUM: ' +
      'Exhaustive Entity Linking for Wikification in 12 Genres”, LAW 2021; texts from Wikinews, Wikipedia, Wikivoyage, ' +
      'OpenStax and others',
    notes: 'phrases with a proper noun for a head, cut down to the name by rule; only the kinds whose texts are open',
  },
  {
    id: 'grobid_wikipedia_en',
    title: 'grobid-ner, Wikipedia',
    kind: 'Wikipedia: five long articles',
    labels: { PER: 'PER', LOC: 'LOC', ORG: 'ORG' },
    prepare: [],
    license: 'Apache 2.0; its sentences are from Wikipedia, CC BY-SA',
    url: 'https://github.com/kermitt2/grobid-ner',
    attribution: 'the authors of grobid-ner; the sentences are by the authors of English Wikipedia',
    notes: 'businesses, media, institutions, teams are ORG, buildings LOC; titles and *the* are outside',
  },
];

/**
 * A sentence of a corpus as the model is to see it: tokens prepared, labels mapped.
 *
 * @throws {Error} for a label that the table of the corpus does not have, so that none is lost unnoticed
 */
export function convert<Sentence extends Tagged & Pick<LabelledSentence, 'source'>>(
  sentence: Sentence,
  { id, labels, prepare }: Pick<Corpus, 'id' | 'labels' | 'prepare'>,
): Sentence {
  const prepared = prepare.reduce<Tagged>((tagged, step) => step(tagged), {
    words: sentence.words,
    tags: sentence.tags,
  });
  const tags = prepared.tags.map((tag) => {
    if (tag === 'O') return tag;
    const label = tag.slice(2);
    if (!Object.hasOwn(labels, label)) {
      const { file, line } = sentence.source;
      throw new Error(`${file}:${line}: the label "${label}" is not in the table of ${id}: PER, LOC, ORG or none?`);
    }
    return labels[label] === null ? 'O' : tag.slice(0, 2) + labels[label];
  });
  return { ...sentence, words: prepared.words, tags };
}
