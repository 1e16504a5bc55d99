import { describe, expect, test } from 'vitest';
import { huggingFaceEntities } from '#app/serving/hugging-face-answer.js';
import type { HuggingFaceOptions } from '#app/serving/tagging.js';
import type { TaggedText, TaggedToken } from '#tagging/tagger/entity.js';
import { startTestApp } from '../../../helpers/test-app.js';

const PATH = '/api/hf/token-classification';
const ADA = { score: 0.625, word: 'Ada Lovelace', start: 0, end: 12 };

async function classify(body: unknown, options = {}) {
  const app = await startTestApp(options);
  const response = await app.postJson(PATH, body);
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
  return { status: response.status, body: (await response.json()) as any };
}

describe(`POST ${PATH}`, () => {
  test('answers tags with the index counted from 1 when nothing is to be aggregated', async () => {
    const { status, body } = await classify({
      inputs: 'Met Ada Lovelace.',
      parameters: { aggregation_strategy: 'none' },
    });
    expect(status).toBe(200);
    expect(body).toEqual([
      { entity: 'B-PER', score: 0.75, index: 2, word: 'Ada', start: 4, end: 7 },
      { entity: 'I-PER', score: 0.5, index: 3, word: 'Lovelace', start: 8, end: 16 },
    ]);
  });

  test.each([undefined, 'simple', 'first', 'average', 'max'])(
    'groups with the strategy %s',
    async (aggregation_strategy) => {
      const { body } = await classify({
        inputs: 'Ada Lovelace met José in Zürich.',
        parameters: { aggregation_strategy },
      });
      expect(body).toEqual([
        { entity_group: 'PER', ...ADA },
        { entity_group: 'PER', score: 0.75, word: 'José', start: 17, end: 21 },
        { entity_group: 'LOC', score: 0.75, word: 'Zürich', start: 25, end: 31 },
      ]);
    },
  );

  test('shows what lies between when O is not ignored', async () => {
    const parameters = { aggregation_strategy: 'simple', ignore_labels: [] };
    const { body } = await classify({ inputs: 'Ada, she met José', parameters });
    expect(body).toEqual([
      { entity_group: 'PER', score: 0.75, word: 'Ada', start: 0, end: 3 },
      { entity_group: 'O', score: 0.75, word: ', she met', start: 3, end: 12 },
      { entity_group: 'PER', score: 0.75, word: 'José', start: 13, end: 17 },
    ]);
    const tags = await classify({
      inputs: 'Ada met',
      parameters: { aggregation_strategy: 'none', ignore_labels: ['B-PER'] },
    });
    expect(tags.body).toEqual([{ entity: 'O', score: 0.75, index: 2, word: 'met', start: 4, end: 7 }]);
  });

  test('ignores groups by their label', async () => {
    const parameters = { aggregation_strategy: 'simple', ignore_labels: ['O', 'PER'] };
    const { body } = await classify({ inputs: 'Ada in Zürich', parameters });
    expect(body.map(({ entity_group }: { entity_group: string }) => entity_group)).toEqual(['LOC']);
  });

  test('answers a list with a list', async () => {
    const { body } = await classify({ inputs: ['Ada', '', 'nobody'], parameters: { aggregation_strategy: 'simple' } });
    expect(body).toEqual([[{ entity_group: 'PER', score: 0.75, word: 'Ada', start: 0, end: 3 }], [], []]);
    expect((await classify({ inputs: [] })).body).toEqual([]);
    expect((await classify({ inputs: ['nobody'] })).body).toEqual([[]]);
  });

  test.each([
    [undefined, 2, 5],
    ['codepoint', 2, 5],
    ['utf16', 3, 6],
    ['utf8', 5, 8],
  ])('counts code points as its clients do, or in the unit %s', async (offset_unit, start, end) => {
    const { body } = await classify({ inputs: '😀 Ada', parameters: { offset_unit } });
    expect(body).toMatchObject([{ word: 'Ada', start, end }]);
  });

  test('accepts what its clients send and what has no meaning here', async () => {
    const { status } = await classify({
      inputs: 'Ada',
      parameters: { stride: 8 },
      options: { wait_for_model: true },
    });
    expect(status).toBe(200);
  });

  test.each([
    [{}, 'inputs', 'expected a text or a list of texts'],
    [{ inputs: 5 }, 'inputs', 'expected a text or a list of texts'],
    [{ inputs: ['a', 5] }, 'inputs', 'expected a text or a list of texts'],
    [
      { inputs: 'a', parameters: { aggregation_strategy: 'best' } },
      'parameters.aggregation_strategy',
      'invalid option: expected one of "none"|"simple"|"first"|"average"|"max"',
    ],
    [{ inputs: 'a', parameters: { stride: -1 } }, 'parameters.stride', 'too small: expected number to be >=0'],
    [
      { inputs: 'a', parameters: { ignore_labels: [0] } },
      'parameters.ignore_labels[0]',
      'invalid input: expected string, received number',
    ],
    [{ inputs: 'a', parameters: { agregation: 'simple' } }, 'parameters', 'unrecognized key: "agregation"'],
  ])('refuses %j', async (request, path, message) => {
    const { status, body } = await classify(request);
    expect(status).toBe(400);
    expect(body).toEqual({ error: `${path}: ${message}`, code: 'invalid_request', details: [{ path, message }] });
  });

  test.each([
    [{ inputs: 'x'.repeat(11) }, 'text_too_long', 10, 'inputs: expected at most 10 UTF-16 units, found 11'],
    [{ inputs: ['x', 'x'.repeat(11)] }, 'text_too_long', 10, 'inputs[1]: expected at most 10 UTF-16 units, found 11'],
    [{ inputs: ['a', 'b', 'c'] }, 'too_many_texts', 2, 'inputs: expected at most 2 texts, found 3'],
  ])('keeps the limits: %j', async (request, code, limit, error) => {
    const limits = { textLength: 10, texts: 2 };
    const { status, body } = await classify(request, { limits });
    expect(status).toBe(413);
    expect(body).toEqual({ error, code, limit });
    expect((await classify({ inputs: ['x'.repeat(10), 'b'] }, { limits })).status).toBe(200);
  });

  test('answers 503 without a model', async () => {
    const { status, body } = await classify({ inputs: 'Ada' }, { taggers: [] });
    expect(status).toBe(503);
    expect(body.code).toBe('no_model');
  });
});

describe('huggingFaceEntities', () => {
  const tagged = (tags: readonly string[]): TaggedText => {
    const tokens: TaggedToken[] = tags.map((tag, index) => {
      return { text: 'x', start: 2 * index, end: 2 * index + 1, tag, score: 0.5 };
    });
    return { text: 'x '.repeat(tags.length).trimEnd(), tokens, entities: [] };
  };
  const options: HuggingFaceOptions = { strategy: 'simple', ignoreLabels: ['O'], offsetUnit: 'utf16' };

  test.each([
    [
      ['B-PER', 'O', 'I-PER'],
      ['PER 0-1', 'PER 4-5'],
    ],
    [
      ['B-PER', 'B-PER'],
      ['PER 0-1', 'PER 2-3'],
    ],
    [
      ['B-PER', 'I-LOC'],
      ['PER 0-1', 'LOC 2-3'],
    ],
    [['B-a-b', 'I-a-b', 'O'], ['a-b 0-3']],
    [['O', 'O'], []],
    [[], []],
  ])('groups first and filters last: %j', (tags, expected) => {
    const groups = huggingFaceEntities(tagged(tags), options);
    expect(groups.map(({ entity_group, start, end }) => `${entity_group} ${start}-${end}`)).toEqual(expected);
  });
});
