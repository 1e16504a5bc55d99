import { describe, expect, test } from 'vitest';
import { startTestApp } from '../../../helpers/test-app.js';

const CONFIG = `<View>
  <Labels name="ner" toName="body">
    <Label value="Person" predicted_values="PER, PERSON" background="red"/>
    <Label value="loc"/>
    <Label value="Organisation"/>
  </Labels>
  <Text name="body" value="$letter"/>
</View>`;

/** As Label Studio's `make_predictions` sends it, with what a task brings besides. */
const predictBody = (texts: readonly unknown[], config = CONFIG) => ({
  tasks: texts.map((letter, id) => ({
    id,
    data: { letter, author: 'x' },
    annotations: [],
    predictions: [],
    meta: {},
    created_at: '2024-06-18T23:45:46.048490Z',
    is_labeled: false,
    overlap: 1,
    file_upload: null,
  })),
  model_version: 'INITIAL',
  project: '3.1718754346',
  label_config: config,
  params: { login: '', password: '', context: null },
});

describe('an ML backend for Label Studio', () => {
  const at = '/api/label-studio';

  test('is up', async () => {
    const app = await startTestApp();
    expect(await (await app.get(`${at}/health`)).json()).toEqual({ status: 'UP', model_class: 'Onomast' });
  });

  test('is set up with a project that has a text and a label of the model', async () => {
    const app = await startTestApp();
    const setup = (schema: string) =>
      app.postJson(`${at}/setup`, { project: '3.1', schema, hostname: 'http://ls:8080', access_token: 'x' });
    expect(await (await setup(CONFIG)).json()).toEqual({ model_version: 'names@7' });
    const refused = await setup(CONFIG.replace('PER, PERSON', 'HUMAN').replace('"loc"', '"Place"'));
    expect(refused.status).toBe(400);
    expect((await refused.json()).error).toBe(
      'label_config: none of its labels (Person, Place, Organisation) is one of the model names@7 (LOC, ORG, PER); say in a ' +
        '<Label> which it stands for: predicted_values="LOC"',
    );
  });

  test('predicts with the names and labels of the configuration, in UTF-16 units, one result a task', async () => {
    const app = await startTestApp();
    const answer = await app.postJson(`${at}/predict`, predictBody(['😀 Ada met Swissair in Zürich', '', 'nobody']));
    expect(answer.status).toBe(200);
    const region = (start: number, end: number, text: string, label: string) => ({
      from_name: 'ner',
      to_name: 'body',
      type: 'labels',
      score: 0.75,
      value: { start, end, text, labels: [label] },
    });
    expect(await answer.json()).toEqual({
      results: [
        {
          model_version: 'names@7',
          score: 0.75,
          result: [region(3, 6, 'Ada', 'Person'), region(23, 29, 'Zürich', 'loc')],
        },
        { model_version: 'names@7', result: [] },
        { model_version: 'names@7', result: [] },
      ],
    });
  });

  test('passes all labels on where tasks bring their own', async () => {
    const app = await startTestApp();
    const config = '<View><Labels name="l" toName="t" value="$labels"/><Text name="t" value="$letter"/></View>';
    const { results } = await (await app.postJson(`${at}/predict`, predictBody(['Swissair'], config))).json();
    expect(results[0].result[0].value.labels).toEqual(['ORG']);
  });

  test.each([
    ['no XML', 'Labels', 'label_config: not well-formed XML: '],
    ['markup that is cut off', CONFIG.slice(0, 80), 'label_config: not well-formed XML: '],
    ['a configuration of pictures', '<View><Image name="i" value="$i"/></View>', 'label_config: expected a <Labels'],
    ['labels over another text', CONFIG.replace('toName="body"', 'toName="other"'), 'label_config: expected a <Labels'],
    [
      'texts at addresses',
      CONFIG.replace('value="$letter"', 'value="$letter" valueType="url"'),
      'label_config: the text must be in the task itself',
    ],
    ['entities of a DTD', `<!DOCTYPE x [<!ENTITY a "b">]><View>&a;</View>`, 'label_config: not well-formed XML: '],
  ])('refuses %s in a sentence', async (_, config, error) => {
    const app = await startTestApp();
    const response = await app.postJson(`${at}/predict`, predictBody(['Ada'], config));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', error: expect.stringContaining(error) });
  });

  test('names the task whose text is none', async () => {
    const app = await startTestApp();
    const response = await app.postJson(`${at}/predict`, predictBody(['Ada', 5]));
    expect((await response.json()).error).toBe('tasks[1].data.letter: expected a text, found a value of type number');
  });

  test('learns nothing from events, and says where a training is begun', async () => {
    const app = await startTestApp();
    const created = await app.postJson(`${at}/webhook`, { action: 'ANNOTATION_CREATED', annotation: {} });
    expect(created.status).toBe(200);
    for (const [path, body] of [
      ['webhook', { action: 'START_TRAINING' }],
      ['train', { annotations: [], project: '3.1' }],
    ] as const) {
      const refused = await app.postJson(`${at}/${path}`, body);
      expect(refused.status).toBe(400);
      expect((await refused.json()).error).toContain('training is not begun from Label Studio');
    }
  });

  test('takes its token as the password of basic authentication, which is all that Label Studio can send', async () => {
    const access = { scopeOf: (token: string) => (token === 'secret:1' ? ('tag' as const) : undefined) };
    const app = await startTestApp({ access });
    const basic = (pair: string) => ({ Authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    expect((await app.get(`${at}/health`, basic('anybody:secret:1'))).status).toBe(200);
    expect((await app.get(`${at}/health`, basic('anybody:wrong'))).status).toBe(401);
    expect((await app.get(`${at}/health`)).status).toBe(401);
  });
});

describe('auto labeling for doccano', () => {
  /** As doccano fills the body of a custom REST request: every value that is the placeholder. */
  const filled = (body: object, text: string) =>
    JSON.parse(JSON.stringify(body), (_, v) => (v === '{{ text }}' ? text : v));

  test('answers what its mapping template passes on, in code points', async () => {
    const app = await startTestApp();
    const response = await app.postJson('/api/doccano', filled({ text: '{{ text }}' }, '😀 Ada met José'));
    expect(await response.json()).toEqual([
      { label: 'PER', start_offset: 2, end_offset: 5 },
      { label: 'PER', start_offset: 10, end_offset: 14 },
    ]);
  });

  test('leaves out what scores less than asked', async () => {
    const app = await startTestApp();
    expect(await (await app.postJson('/api/doccano', { text: 'Ada Lovelace, José', threshold: 0.5 })).json()).toEqual([
      { label: 'PER', start_offset: 14, end_offset: 18 },
    ]);
  });

  test('refuses what is no text', async () => {
    const app = await startTestApp();
    expect((await app.postJson('/api/doccano', { text: 5 })).status).toBe(400);
  });
});
