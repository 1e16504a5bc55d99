import { describe, expect, test } from 'vitest';
import { elapsedMs, tagResponse } from '#tagging/tagger/tag-response.js';
import { fakeTagger } from '../../helpers/fake-tagger.js';

const tagger = fakeTagger();
const options = { model: tagger.model, offsetUnit: 'utf16', withText: false, withTokens: false, ms: 1.5 } as const;

describe('tagResponse', () => {
  test('has the fields of the JSON interface, in its order', () => {
    const body = tagResponse(tagger.tag('Ada 😀'), options);
    expect(Object.keys(body)).toEqual(['model', 'offset_unit', 'text_length', 'entities', 'ms']);
    expect(body).toEqual({
      model: tagger.model,
      offset_unit: 'utf16',
      text_length: 6,
      entities: [
        { text: 'Ada', label: 'PER', start: 0, end: 3, score: 0.75, token_start: 0, token_end: 1, source: 'model' },
      ],
      ms: 1.5,
    });
  });

  test.each([
    ['utf16', 6, 3],
    ['codepoint', 5, 2],
    ['utf8', 8, 5],
  ] as const)('counts in %s', (offsetUnit, textLength, start) => {
    const body = tagResponse(tagger.tag('😀 Ada'), { ...options, offsetUnit, withTokens: true });
    expect(body).toMatchObject({ offset_unit: offsetUnit, text_length: textLength });
    expect(body.entities[0]).toMatchObject({ start, end: start + 3 });
    expect(body.tokens?.[1]).toEqual({ text: 'Ada', start, end: start + 3, tag: 'B-PER', score: 0.75 });
  });

  test('echoes the text when asked', () => {
    const [tagged] = tagger.tagWords([['Ada', 'met', 'José']]);
    expect(tagResponse(tagged, { ...options, withText: true }).text).toBe('Ada met José');
  });

  test('gives away nothing of the model but its identity', () => {
    const model = { ...tagger.model, path: '/home/someone' };
    expect(tagResponse(tagger.tag(''), { ...options, model }).model).toEqual(tagger.model);
  });
});

test('elapsedMs counts hundredths', () => {
  const ms = elapsedMs(performance.now() - 12.3456);
  expect(ms).toBeGreaterThanOrEqual(12.34);
  expect(Math.round(ms * 100) / 100).toBe(ms);
});
