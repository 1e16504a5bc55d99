/** Shapes that other tools test their exporters and importers with, in words of our own; sentences with tags, or an error. */
export interface ToolShape {
  readonly tool: string;
  readonly what: string;
  readonly text: string;
  readonly is: readonly string[] | RegExp;
}

const json = (...records: unknown[]) => records.map((record) => JSON.stringify(record)).join('\n');
const IDA = ['Ida/B-PER Holm/I-PER saw Lund/B-LOC'];
const text = 'Ida Holm saw Lund';
const spans = [
  { start: 0, end: 8, label: 'PER' },
  { start: 13, end: 17, label: 'LOC' },
];
const value = ({ start, end, label }: (typeof spans)[number]) => ({
  start,
  end,
  text: text.slice(start, end),
  labels: [label],
});
const results = spans.map((span) => ({ type: 'labels', from_name: 'label', to_name: 'text', value: value(span) }));

export const TOOL_SHAPES: readonly ToolShape[] = [
  { tool: 'spaCy', what: '.iob, IOB1, word and tag', text: 'Ida|I-PER Holm|I-PER saw|O Lund|I-LOC\n', is: IDA },
  { tool: 'spaCy', what: '.iob, IOB2, word and tag', text: 'Ida|B-PER Holm|I-PER saw|O Lund|B-LOC\n', is: IDA },
  {
    tool: 'spaCy',
    what: '.iob with parts of speech',
    text: 'Ida|NNP|B-PER Holm|NNP|I-PER saw|VBD|O Lund|NNP|B-LOC\n',
    is: IDA,
  },
  {
    tool: 'spaCy',
    what: 'columns, one word a line',
    text: '-DOCSTART- -X- O O\n\nIda B-PER\nHolm I-PER\nsaw O\nLund B-LOC\n',
    is: IDA,
  },
  {
    tool: 'spaCy',
    what: 'columns with two documents',
    text: '-DOCSTART- -X- O O\n\nIda\tB-PER\n\n-DOCSTART- -X- O O\n\nLund\tB-LOC\n',
    is: ['Ida/B-PER', 'Lund/B-LOC'],
  },
  {
    tool: 'spaCy',
    what: 'columns with a word that holds a space, by TAB',
    text: 'Ida Holm\tB-PER\nsaw\tO\n',
    is: ['Ida Holm/B-PER saw'],
  },
  {
    tool: 'spaCy',
    what: 'CoNLL-U, the tag alone in column 10',
    text: '1\tIda\tida\tPROPN\t_\t_\t3\tnsubj\t_\tB-PER\n2\tHolm\tholm\tPROPN\t_\t_\t1\tflat\t_\tI-PER\n3\tsaw\tsee\tVERB\t_\t_\t0\troot\t_\tO\n',
    is: ['Ida/B-PER Holm/I-PER saw'],
  },
  {
    tool: 'spaCy',
    what: 'CoNLL-U, name= in column 10',
    text: '1\tIda\t_\tPROPN\t_\t_\t2\tx\t_\tname=B-PER\n2\tsaw\t_\tVERB\t_\t_\t0\troot\t_\tname=O\n',
    is: ['Ida/B-PER saw'],
  },
  {
    tool: 'spaCy',
    what: 'CoNLL-U, SpaceAfter=No before name=',
    text: '1\tLund\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No|name=B-LOC\n2\t.\t_\t_\t_\t_\t_\t_\t_\t_\n',
    is: ['Lund/B-LOC .'],
  },
  {
    tool: 'spaCy',
    what: 'CoNLL-U, words of several tokens',
    text: '1-2\tim\t_\t_\t_\t_\t_\t_\t_\t_\n1\tin\t_\t_\t_\t_\t_\t_\t_\t_\n2\tLund\t_\t_\t_\t_\t_\t_\t_\tname=B-LOC\n',
    is: ['in Lund/B-LOC'],
  },
  {
    tool: 'spaCy',
    what: 'pairs of text and entities',
    text: json([text, { entities: spans.map(({ start, end, label }) => [start, end, label]) }]),
    is: IDA,
  },
  {
    tool: 'spaCy',
    what: 'Doc.to_json with ents, sents, tokens',
    text: json({
      text,
      ents: spans,
      sents: [{ start: 0, end: 17 }],
      tokens: [
        [0, 3],
        [4, 8],
        [9, 12],
        [13, 17],
      ].map(([start, end], id) => ({ id, start, end })),
    }),
    is: IDA,
  },
  {
    tool: 'spaCy',
    what: 'a span that ends within a word',
    text: json({ text, entities: [[13, 16, 'LOC']] }),
    is: ['Ida Holm saw Lun/B-LOC d'],
  },
  {
    tool: 'spaCy',
    what: 'a span with white space at its edge',
    text: json({ text, entities: [[12, 17, 'LOC']] }),
    is: ['Ida Holm saw Lund/B-LOC'],
  },
  {
    tool: 'doccano',
    what: 'JSON lines, label',
    text: json({ text, label: spans.map(({ start, end, label }) => [start, end, label]) }),
    is: IDA,
  },
  {
    tool: 'doccano',
    what: 'JSON lines, labels, id',
    text: json({
      id: 3,
      text,
      labels: [
        [0, 8, 'PER'],
        [13, 17, 'LOC'],
      ],
    }),
    is: IDA,
  },
  {
    tool: 'doccano',
    what: 'relations: entities with start_offset',
    text: json({
      id: 3,
      text,
      entities: spans.map(({ start, end, label }, id) => ({ id, label, start_offset: start, end_offset: end })),
      relations: [{ from_id: 0, to_id: 1, type: 'saw' }],
    }),
    is: IDA,
  },
  {
    tool: 'doccano',
    what: 'a JSON array',
    text: JSON.stringify([
      {
        text,
        label: [
          [0, 8, 'PER'],
          [13, 17, 'LOC'],
        ],
      },
    ]),
    is: IDA,
  },
  {
    tool: 'doccano',
    what: 'CoNLL, two sentences, empty lines at the end',
    text: 'Ida\tB-PER\nsaw\tO\n\nLund\tB-LOC\n\n\n',
    is: ['Ida/B-PER saw', 'Lund/B-LOC'],
  },
  {
    tool: 'doccano',
    what: 'offsets behind an emoji',
    text: json({ text: '😀 Lund', label: [[2, 6, 'LOC']] }),
    is: ['😀 Lund/B-LOC'],
  },
  {
    tool: 'doccano',
    what: 'a class of the whole text instead of spans',
    text: json({ text, label: 'news' }),
    is: /expected "label" to be an array, found "news"/,
  },
  {
    tool: 'Label Studio',
    what: 'JSON, a task with one annotation',
    text: JSON.stringify([{ id: 1, data: { text }, annotations: [{ result: results }] }]),
    is: IDA,
  },
  {
    tool: 'Label Studio',
    what: 'JSON, a cancelled annotation first',
    text: JSON.stringify([{ data: { text }, annotations: [{ was_cancelled: true, result: [] }, { result: results }] }]),
    is: IDA,
  },
  {
    tool: 'Label Studio',
    what: 'JSON, completions of old releases',
    text: JSON.stringify([{ data: { text }, completions: [{ result: results }] }]),
    is: IDA,
  },
  {
    tool: 'Label Studio',
    what: 'JSON, the text under another key',
    text: JSON.stringify([{ data: { dialogue: text }, annotations: [{ result: results }] }]),
    is: IDA,
  },
  {
    tool: 'Label Studio',
    what: 'JSON, overlapping regions',
    text: JSON.stringify([
      { data: { text }, annotations: [{ result: [...results, { value: { start: 4, end: 8, labels: ['X'] } }] }] },
    ]),
    is: IDA,
  },
  {
    tool: 'Label Studio',
    what: 'JSON-MIN',
    text: JSON.stringify([{ id: 1, text, label: spans.map(value), annotator: 1 }]),
    is: IDA,
  },
  {
    tool: 'Label Studio',
    what: 'CoNLL 2003 as exported',
    text: '-DOCSTART- -X- O\nIda -X- _ B-PER\nHolm -X- _ I-PER\nsaw -X- _ O\nLund -X- _ B-LOC\n',
    is: IDA,
  },
  {
    tool: 'Label Studio',
    what: 'CSV with JSON in a cell',
    text: `id,label,text\n1,"${JSON.stringify(spans.map(value)).replaceAll('"', '""')}",${text}\n`,
    is: IDA,
  },
  {
    tool: 'Prodigy',
    what: 'spans with token_end of the last token',
    text: json({
      text,
      tokens: [
        { text: 'Ida', start: 0, end: 3, id: 0 },
        { text: 'Holm', start: 4, end: 8, id: 1 },
        { text: 'saw', start: 9, end: 12, id: 2 },
        { text: 'Lund', start: 13, end: 17, id: 3 },
      ],
      spans: [
        { ...spans[0], token_start: 0, token_end: 1 },
        { ...spans[1], token_start: 3, token_end: 3 },
      ],
      answer: 'accept',
    }),
    is: IDA,
  },
  {
    tool: 'Prodigy',
    what: 'rejected and ignored tasks',
    text: json(
      { text: 'a', spans: [], answer: 'reject' },
      { text, spans, answer: 'accept' },
      { text: 'b', spans: [], answer: 'ignore' },
    ),
    is: IDA,
  },
  {
    tool: 'Prodigy',
    what: 'hashes and meta',
    text: json({ text, spans, _input_hash: -7, _task_hash: 9, meta: { source: 'x' }, answer: 'accept' }),
    is: IDA,
  },
  {
    tool: 'OpenNLP',
    what: 'names one after another',
    text: '<START:PER> Ida <END> <START:PER> Holm <END> saw <START:LOC> Lund <END>\n',
    is: ['Ida/B-PER Holm/B-PER saw Lund/B-LOC'],
  },
  {
    tool: 'OpenNLP',
    what: 'marks without a label',
    text: '<START> Ida Holm <END> saw Lund\n',
    is: ['Ida/B-default Holm/I-default saw Lund'],
  },
  {
    tool: 'OpenNLP',
    what: 'additional spaces',
    text: '<START:PER> Ida  Holm <END>  saw <START:LOC> Lund <END>\n',
    is: IDA,
  },
  {
    tool: 'OpenNLP',
    what: 'labels with special characters',
    text: 'saw <START:loc_3-/;.,&%$> Lund <END>\n',
    is: ['saw Lund/B-loc_3-/;.,&%$'],
  },
  {
    tool: 'OpenNLP',
    what: 'an empty label',
    text: '<START:> Ida <END>\n',
    is: /expected a label without white space in <START:label>, found "<START:>"/,
  },
  {
    tool: 'OpenNLP',
    what: 'a label with a space',
    text: '<START:PER> Ida <END>\n<START:a b> Lund <END>\n',
    is: /expected a word between <START> and <END>/,
  },
  {
    tool: 'Universal NER',
    what: 'comments, numbers, three more columns',
    text: '# sent_id = 1\n# text = Ida saw Lund\n1\tIda\tB-PER\t-\tx\n2\tsaw\tO\t-\tx\n3\tLund\tB-LOC\t-\tx\n',
    is: ['Ida/B-PER saw Lund/B-LOC'],
  },
  {
    tool: 'Hugging Face',
    what: 'string tags',
    text: json({ id: '0', tokens: ['Ida', 'Holm', 'saw', 'Lund'], ner_tags: ['B-PER', 'I-PER', 'O', 'B-LOC'] }),
    is: IDA,
  },
  {
    tool: 'Hugging Face',
    what: 'rows and features of the dataset viewer',
    text: JSON.stringify({
      features: [
        { name: 'ner_tags', type: { feature: { names: ['O', 'B-PER', 'I-PER', 'B-LOC'], _type: 'ClassLabel' } } },
      ],
      rows: [{ row: { tokens: ['Ida', 'Holm', 'saw', 'Lund'], ner_tags: [1, 2, 0, 3] } }],
    }),
    is: IDA,
  },
];
