import { describe, expect, test } from 'vitest';
import { evaluateTagger } from '../../src/evaluation/evaluate.js';
import { formatEvaluation, toSeqevalReport } from '../../src/evaluation/report.js';
import { createSpanScorer } from '../../src/evaluation/span-scores.js';
import type { Tagger } from '../../src/tagger/entity.js';

function evaluation() {
  const scorer = createSpanScorer();
  scorer.add(['B-PER', 'I-PER', 'O', 'B-LOC'], ['B-PER', 'I-PER', 'O', 'O']);
  scorer.add(['B-PER', 'O', 'O'], ['B-PER', 'O', 'B-PER']);
  return scorer.result();
}

test('toSeqevalReport has the shape of the Hugging Face metric', () => {
  expect(toSeqevalReport(evaluation())).toEqual({
    overall_precision: 2 / 3,
    overall_recall: 2 / 3,
    overall_f1: 2 / 3,
    overall_accuracy: 5 / 7,
    macro_precision: 1 / 3,
    macro_recall: 0.5,
    macro_f1: 0.4,
    LOC: { precision: 0, recall: 0, f1: 0, number: 1 },
    PER: { precision: 2 / 3, recall: 1, f1: 0.8, number: 2 },
  });
});

test('formatEvaluation: percentages with two decimals, says what kind of score it is', () => {
  expect(formatEvaluation(evaluation())).toBe(
    [
      'Entity-level scores, exact match (conlleval)',
      '             PREC     REC      F1     ENTS',
      'LOC          0.00    0.00    0.00        1',
      'PER         66.67  100.00   80.00        2',
      '------------------------------------------',
      'micro avg   66.67   66.67   66.67        3',
      'macro avg   33.33   50.00   40.00         ',
      '',
      '2 sentences, 7 tokens',
    ].join('\n'),
  );
});

test('formatEvaluation makes room for long labels', () => {
  const scorer = createSpanScorer();
  scorer.add(['B-PROGRAMMING_LANGUAGE'], ['B-PROGRAMMING_LANGUAGE']);
  const lines = formatEvaluation(scorer.result()).split('\n');
  expect(new Set(lines.slice(1, 6).map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toBe('PROGRAMMING_LANGUAGE  100.00  100.00  100.00        1');
});

describe('evaluateTagger', () => {
  /** Says PER of every word that begins with a capital. */
  const capitals: Pick<Tagger, 'tagWords'> = {
    tagWords: (sentences) =>
      sentences.map((words) => ({
        text: words.join(' '),
        entities: [],
        tokens: words.map((text) => ({ text, start: 0, end: 0, tag: /^[A-Z]/.test(text) ? 'B-PER' : 'O', score: 1 })),
      })),
  };
  const sentence = (words: string, tags: string) => ({
    words: words.split(' '),
    tags: tags.split(' '),
    document: 0,
    source: { file: 'dev.conll', line: 1 },
  });

  test('scores the answers to the gold tokens', () => {
    const { micro, sentences, tokens } = evaluateTagger(capitals as Tagger, [
      sentence('Ana met Li', 'B-PER O B-PER'),
      sentence('Oslo slept', 'B-LOC O'),
    ]);
    expect(micro).toMatchObject({ correct: 2, predicted: 3, gold: 3 });
    expect({ sentences, tokens }).toEqual({ sentences: 2, tokens: 5 });
  });

  test('nothing to score', () => {
    expect(evaluateTagger(capitals as Tagger, []).micro.f1).toBe(0);
  });
});
