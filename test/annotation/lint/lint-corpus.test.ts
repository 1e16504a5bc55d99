import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { parseAmbiguousSurfaces } from '#annotation/lint/ambiguous-surfaces.js';
import { formatLintReport } from '#annotation/lint/format-lint-report.js';
import { lintCorpus } from '#annotation/lint/lint-corpus.js';
import type { LintKind } from '#annotation/lint/lint-issue.js';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { sentence } from '../reading/helpers.js';

/** One sentence a string, on lines 1, 2, 3 …, each in a document of its own. */
const part = (file: string, ...sources: readonly string[]) =>
  sources.map((source, index) => sentence(source, { file, line: index + 1, document: index }));

type Parts = Omit<Parameters<typeof lintCorpus>[0], 'train'> & { readonly train?: readonly LabelledSentence[] };

/** Issues of one kind, as `severity: message @ places`. */
function find(kind: LintKind, parts: Parts): string[] {
  return lintCorpus({ train: [], ...parts })
    .issues.filter((issue) => issue.kind === kind)
    .map(
      ({ severity, message, places }) =>
        `${severity}: ${message} @ ${places.map(({ file, line }) => `${file}:${line}`).join(' ')}`,
    );
}

const filler = (count: number) => Array.from({ length: count }, (_, index) => `filler number ${index} is here`);

describe('lintCorpus on sentences', () => {
  test('finds illegal tags, and goes on without those sentences', () => {
    const train = part('t', 'Ann/B-PER', 'Bo/I-PER');
    const short = { ...train[0], tags: [] };
    const odd = { ...train[0], tags: ['PER'], source: { file: 't', line: 9 } };
    expect(find('illegal_tags', { train: [...train, short, odd] })).toEqual([
      'error: expected IOB2 tags, found "I-PER" at token 0 with none to continue @ t:2',
      'error: expected 1 tags for as many words, found 0 @ t:1',
      'error: expected a tag such as O, B-PER or I-PER, found "PER" @ t:9',
    ]);
    expect(lintCorpus({ train: [...train, short, odd] }).labels).toEqual([{ label: 'PER', train: 1, dev: 0, test: 0 }]);
  });

  test('finds duplicates within a part', () => {
    const train = part('t', 'Thank you', 'Ann/B-PER', 'THANK you', 'thank you');
    expect(find('duplicate', { train })).toEqual(['warning: "Thank you" stands 3 times in train @ t:1 t:3 t:4']);
    expect(find('leak', { train })).toEqual([]);
  });

  test('finds leaks between parts, and names each part first', () => {
    const parts = {
      train: part('t', 'we met Ann/B-PER last May', 'Thank you', 'We met Ann/B-PER last May'),
      dev: part('d', 'Thank you'),
      test: part('e', 'we met Ann/B-PER last May'),
    };
    expect(find('leak', parts)).toEqual([
      'error: "we met Ann last May" stands in train and test @ t:1 e:1 t:3',
      'warning: "Thank you" stands in train and dev @ t:2 d:1',
    ]);
    expect(find('duplicate', parts)).toEqual([]);
  });

  test('finds long sentences', () => {
    const long = Array.from({ length: 201 }, (_, index) => `w${index}`).join(' ');
    expect(find('long_sentence', { train: part('t', long, long.slice(0, -5)) })).toEqual([
      'warning: a sentence of 201 tokens, more than 200 @ t:1',
    ]);
  });

  test('finds parts that are too small, or of one kind only', () => {
    expect(find('few_sentences', { train: part('t', 'a') })).toEqual([
      'warning: train has 1 sentences, fewer than 50 @ ',
    ]);
    expect(find('few_sentences', { train: part('t', ...filler(50)) })).toEqual([]);
    expect(find('entity_share', { train: part('t', ...filler(50), 'Ann/B-PER') })).toEqual([
      'warning: 50 of 51 train sentences have no entity: tagging nothing is nearly right @ ',
    ]);
    expect(find('entity_share', { train: part('t', ...filler(50).map((text) => `Ann/B-PER ${text}`)) })).toEqual([
      'warning: every train sentence has an entity: add some without, or the tagger will find names everywhere @ ',
    ]);
    expect(
      find('entity_share', { train: part('t', ...filler(50), ...filler(50).map((text) => `Ann/B-PER ${text}`)) }),
    ).toEqual([]);
  });
});

describe('lintCorpus on labels', () => {
  test('counts them, and finds those with few examples or in one part only', () => {
    const parts = {
      train: part('t', ...filler(60).map((text) => `Ann/B-PER ${text}`), 'Rome/B-LOC'),
      dev: part('d', 'Bo/B-PER', 'EU/B-ORG'),
    };
    expect(lintCorpus(parts).labels).toEqual([
      { label: 'LOC', train: 1, dev: 0, test: 0 },
      { label: 'ORG', train: 0, dev: 1, test: 0 },
      { label: 'PER', train: 60, dev: 1, test: 0 },
    ]);
    expect(find('few_examples', parts)).toEqual(['warning: LOC has 1 examples in train, fewer than 50 @ ']);
    expect(find('label_not_in_train', parts)).toEqual([
      'error: ORG has no example in train: it cannot be learnt, only missed @ ',
    ]);
    expect(find('label_not_in_part', parts)).toEqual([
      'warning: LOC has no example in dev: it cannot be scored there @ ',
    ]);
  });

  test.each([
    ['PER', 'per'],
    ['creative-work', 'creative_work'],
    ['PERSON', 'PERSN'],
    ['PERSON', 'PERSONS'],
    ['product', 'prodact'],
  ])('takes %s and %s for one', (one, two) => {
    const [first, second] = [one, two].sort();
    expect(find('similar_labels', { train: part('t', `a/B-${one} b/B-${two}`) })).toEqual([
      `error: ${first} and ${second} look like one label in two spellings @ `,
    ]);
  });

  test.each([
    ['GPE', 'GPS'],
    ['PER', 'PERSON'],
    ['person', 'parson-x'],
    ['+', '-'],
  ])('takes %s and %s for two', (one, two) => {
    expect(find('similar_labels', { train: part('t', `a/B-${one} b/B-${two}`) })).toEqual([]);
  });
});

describe('lintCorpus on the edges of entities', () => {
  test('finds blank entities', () => {
    const blank = { ...sentence('x'), words: ['\u00a0'], tags: ['B-PER'] };
    expect(find('blank_entity', { train: [blank] })).toEqual(['error: PER "\u00a0" is white space only @ test:1']);
  });

  test.each([
    ['"/B-PER Ann/I-PER', 'warning: PER "\\" Ann" begins with punctuation @ t:1'],
    ['Ann/B-PER ,/I-PER', 'warning: PER "Ann ," ends with punctuation @ t:1'],
    ['Ltd/B-ORG ./I-ORG', 'warning: ORG "Ltd ." ends with punctuation @ t:1'],
    ['***/B-PER', 'warning: PER "***" has no letter or digit @ t:1'],
    ['🙂/B-PER', 'warning: PER "🙂" has no letter or digit @ t:1'],
  ])('finds punctuation: %s', (source, issue) => {
    expect(find('punctuation_edge', { train: part('t', source) })).toEqual([issue]);
  });

  test.each(["Paulo/B-PER 's/I-PER", 'Paulo/B-PER ’s/I-PER', "James/B-PER '/I-PER"])(
    'finds a possessive: %s',
    (source) => {
      const name = source
        .split(' ')
        .map((token) => token.split('/')[0])
        .join(' ');
      expect(find('possessive_edge', { train: part('t', source) })).toEqual([
        `warning: PER "${name}" ends with a possessive or an apostrophe @ t:1`,
      ]);
    },
  );

  test.each([
    'Bank/B-ORG (/I-ORG UK/I-ORG )/I-ORG',
    '"/B-PER The/I-PER Rock/I-PER "/I-PER',
    "'/B-PER The/I-PER Rock/I-PER '/I-PER",
    'Lorenzo/B-PER P/I-PER ./I-PER',
    'R.B/B-PER ./I-PER',
    'Dr./B-PER 7/I-PER',
    '陈/B-PER',
  ])('leaves %s alone', (source) => {
    const { issues } = lintCorpus({ train: part('t', source) });
    expect(issues.filter(({ kind }) => kind.endsWith('_edge'))).toEqual([]);
  });
});

describe('lintCorpus on surfaces', () => {
  const parts = {
    train: part('t', 'in Jordan/B-LOC', 'Jordan/B-PER sang', 'Jordan/B-PER left'),
    dev: part('d', 'to Jordan/B-LOC'),
  };

  test('finds one surface with two labels, across parts', () => {
    expect(find('two_labels', parts)).toEqual(['warning: "Jordan" is LOC (2) and PER (2) @ t:1 d:1 t:2 t:3']);
  });

  test('is strict if there is a list of ambiguous surfaces, and follows it', () => {
    const list = (row: string) => parseAmbiguousSurfaces('a.tsv', row);
    expect(find('two_labels', { ...parts, ambiguous: list('') })).toEqual([
      'error: "Jordan" is LOC (2) and PER (2) @ t:1 d:1 t:2 t:3',
    ]);
    expect(find('two_labels', { ...parts, ambiguous: list('jordan\tPER,O\tname') })).toHaveLength(1);
    expect(find('two_labels', { ...parts, ambiguous: list('jordan\tPER,LOC\tname') })).toEqual([]);
  });

  test('finds names that are not tagged elsewhere', () => {
    const train = part(
      't',
      'New/B-LOC York/I-LOC',
      'New York won',
      'in new york',
      'New York/B-LOC',
      'the New/B-ORG York/I-ORG Times/I-ORG',
    );
    expect(find('untagged_name', { train })).toEqual(['warning: "New York" is LOC (1), and untagged (1) @ t:2']);
    const ambiguous = parseAmbiguousSurfaces('a.tsv', '');
    expect(find('untagged_name', { train, ambiguous })).toEqual([
      'error: "New York" is LOC (1), and untagged (1) @ t:2',
    ]);
  });

  test('finds names of one word only where the capital means something', () => {
    const train = part(
      't',
      'Will/B-PER came',
      'Will he',
      '" Will he',
      'No . Will he',
      'I met Will there',
      'I will',
      'old , Will',
    );
    expect(find('untagged_name', { train })).toEqual(['warning: "Will" is PER (1), and untagged (2) @ t:5 t:7']);
    const ambiguous = parseAmbiguousSurfaces('a.tsv', 'Will\tPER,O\tname and verb');
    expect(find('untagged_name', { train, ambiguous })).toEqual([]);
  });

  test('counts an untagged token once, for the longest name', () => {
    const train = part('t', 'York/B-LOC', 'New/B-LOC York/I-LOC', 'in New York');
    expect(find('untagged_name', { train })).toEqual(['warning: "New York" is LOC (1), and untagged (1) @ t:3']);
  });

  test('knows no name without a capital letter', () => {
    expect(find('untagged_name', { train: part('t', 'priya/B-PER', 'see priya', '7/B-PER', 'see 7') })).toEqual([]);
  });
});

describe('a lint report', () => {
  test('has statistics of the parts given', () => {
    const report = lintCorpus({ train: part('t', 'Ann/B-PER Lee/I-PER sang', 'so what'), test: part('e', 'Bo/B-PER') });
    expect(report.parts).toEqual([
      { part: 'train', documents: 2, sentences: 2, tokens: 5, entities: 1, sentencesWithoutEntity: 1 },
      { part: 'test', documents: 1, sentences: 1, tokens: 1, entities: 1, sentencesWithoutEntity: 0 },
    ]);
    expect(report).toMatchObject({ errors: 0, warnings: 2 });
  });

  test('is printed in sections', () => {
    const text = 'Ann B-PER\n\nAnn B-LOC\n\nBo I-PER\n\nBo I-PER\n';
    const { sentences, report } = parseCorpus({ name: 'x', text });
    const lint = lintCorpus({ train: sentences, dev: part('d', 'EU/B-ORG') });
    expect(formatLintReport(lint, { reports: [report] })).toBe(`
============================ Data format validation ============================
✔ x: conll, 2 columns, tag in column 2, scheme IOB2
  1 documents, 4 sentences, 4 tokens, 4 entities (LOC 1, PER 3)
ℹ of 4 names 2 were taken as they stand, 2 repaired, 0 left out
⚠ 2 tags repaired: orphan_inside 2
    x:5: "I-PER" on "Bo": there is no entity before it to continue
    x:7: "I-PER" on "Bo": there is no entity before it to continue
⚠ 2 sentences stand in the file already, e.g. x:3 has the words of line 1

================================ Training stats ================================
part   documents  sentences  tokens  entities  without entity
train          1          4       4         4           0.0 %
dev            1          1       1         1           0.0 %
⚠ "Ann" stands 2 times in train
    x:1 x:3
⚠ "Bo" stands 2 times in train
    x:5 x:7
⚠ train has 4 sentences, fewer than 50

==================================== Labels ====================================
label  train  dev
LOC        1    0
ORG        0    1
PER        3    0
⚠ LOC has 1 examples in train, fewer than 50
⚠ PER has 3 examples in train, fewer than 50
✘ ORG has no example in train: it cannot be learnt, only missed
⚠ LOC has no example in dev: it cannot be scored there
⚠ PER has no example in dev: it cannot be scored there

==================================== Names =====================================
⚠ "Ann" is LOC (1) and PER (1)
    x:3 x:1

=================================== Summary ====================================
✘ 1 error
⚠ 8 warnings
`);
  });

  test('prints the first issues of a kind, and the first places of an issue', () => {
    const train = part('t', ...filler(30).flatMap((text) => [text, text]), ...Array.from({ length: 8 }, () => 'again'));
    const printed = formatLintReport(lintCorpus({ train }), { issuesPerKind: 2 });
    expect(printed).toContain(
      '⚠ "filler number 1 is here" stands 2 times in train\n    t:3 t:4\n  … and 29 more (duplicate)\n',
    );
    expect(formatLintReport(lintCorpus({ train }))).toContain('… and 11 more (duplicate)');
    expect(formatLintReport(lintCorpus({ train }), { issuesPerKind: Number.POSITIVE_INFINITY })).toContain(
      '"again" stands 8 times in train\n    t:61 t:62 t:63 t:64 t:65 … and 3 more\n',
    );
    expect(printed).toContain('⚠ there is no entity at all');
  });

  test('says when all is well', () => {
    const good = part('t', ...filler(60).map((text) => `Ann/B-PER met ${text}`), ...filler(10));
    const printed = formatLintReport(lintCorpus({ train: good }));
    expect(printed).toContain('= Names =====================================\n✔ nothing found\n');
    expect(printed.endsWith('\n✔ no errors, no warnings\n')).toBe(true);
    expect(formatLintReport(lintCorpus({ train: part('t', 'Ann/B-PER') }))).toContain('✔ no errors\n⚠ 2 warnings\n');
  });
});
