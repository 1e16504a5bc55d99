import { describe, expect, test } from 'vitest';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import type { FinalEvaluation } from '#tagging/evaluation/final-evaluation.js';
import { reliabilityOf } from '#tagging/evaluation/reliability.js';
import { type CalibrationReportBody, formatEvaluation, toSeqevalReport } from '#tagging/evaluation/report.js';
import { createSpanScorer } from '#tagging/evaluation/span-scores.js';
import type { Tagger } from '#tagging/tagger/entity.js';

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

test('formatEvaluation: of plain classes, token accuracy and scores a class', () => {
  const scorer = createSpanScorer();
  scorer.add(['B-DET', 'B-NOUN', 'B-NOUN'], ['B-DET', 'B-NOUN', 'B-DET']);
  const lines = formatEvaluation({ ...scorer.result(), isPlain: true }).split('\n');
  expect(lines.slice(0, 5)).toEqual([
    'Scores a class, token by token',
    'Token accuracy 66.67',
    '             PREC     REC      F1   TOKENS',
    'DET         50.00  100.00   66.67        1',
    'NOUN       100.00   50.00   66.67        2',
  ]);
});

test('formatEvaluation makes room for long labels', () => {
  const scorer = createSpanScorer();
  scorer.add(['B-PROGRAMMING_LANGUAGE'], ['B-PROGRAMMING_LANGUAGE']);
  const lines = formatEvaluation(scorer.result()).split('\n');
  expect(new Set(lines.slice(1, 6).map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toBe('PROGRAMMING_LANGUAGE  100.00  100.00  100.00        1');
});

describe('a final evaluation', () => {
  const outcomes = [0.95, 0.85, 0.55].map((score, i) => ({ score, isCorrect: i < 2 }));
  const calibrated = reliabilityOf(outcomes); // (0.05 + 0.15 + 0.55) / 3
  const uncalibrated = reliabilityOf(outcomes.map(({ isCorrect }) => ({ score: 1, isCorrect })));
  const final: FinalEvaluation = {
    ...evaluation(),
    isPlain: false,
    recased: { lower: 0.4123, upper: 0.5, title: 1 },
    novelty: { unseen: { recall: 0.25, gold: 4 }, seen: { recall: 0.875, gold: 8 } },
    calibration: { temperature: 1.7, calibrated, uncalibrated },
    intervals: { micro: [0.5, 0.8], labels: { LOC: [0, 0], PER: [0.625, 1] } },
  };

  test('toSeqevalReport adds its figures', () => {
    const report = toSeqevalReport(final);
    expect(report).toMatchObject({
      ...toSeqevalReport(evaluation()),
      overall_f1_interval: [0.5, 0.8],
      case_lower_f1: 0.4123,
      case_upper_f1: 0.5,
      case_title_f1: 1,
      unseen_recall: 0.25,
      unseen_number: 4,
      seen_recall: 0.875,
      seen_number: 8,
      PER: { precision: 2 / 3, recall: 1, f1: 0.8, number: 2, f1_interval: [0.625, 1] },
    });
    expect(report.calibration).toMatchObject({
      temperature: 1.7,
      number: 3,
      ece: expect.closeTo(0.25, 12),
      ece_uncalibrated: expect.closeTo(1 / 3, 12),
    });
    const { bins, bins_uncalibrated } = report.calibration as CalibrationReportBody;
    expect(bins.map(({ number }) => number)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 1, 1]);
    expect(bins[5]).toEqual({ from: 0.5, to: 0.6, number: 1, mean_score: 0.55, share_correct: 0 });
    expect(bins[0]).toEqual({ from: 0, to: 0.1, number: 0, mean_score: null, share_correct: null });
    expect(bins_uncalibrated[9]).toMatchObject({ number: 3, mean_score: 1, share_correct: expect.closeTo(2 / 3, 12) });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('a label that is called as one of its figures keeps its place', () => {
    const scorer = createSpanScorer();
    scorer.add(['B-calibration'], ['B-calibration']);
    const report = toSeqevalReport({ ...final, ...scorer.result() });
    expect(report.calibration).toMatchObject({ precision: 1, number: 1 });
  });

  test('formatEvaluation has a line for each', () => {
    expect(formatEvaluation(final)).toBe(
      [
        'Entity-level scores, exact match (conlleval)',
        '             PREC     REC      F1     ENTS  F1, 95 % CI',
        'LOC          0.00    0.00    0.00        1    0.00 to   0.00',
        'PER         66.67  100.00   80.00        2   62.50 to 100.00',
        '------------------------------------------',
        'micro avg   66.67   66.67   66.67        3   50.00 to  80.00',
        'macro avg   33.33   50.00   40.00         ',
        '',
        'case: F1 41.23 in lower case, 50.00 in UPPER CASE, 100.00 in Title Case',
        'unseen entities: recall 25.00 of 4 that are not in the training data, 87.50 of 8 that are',
        'calibration: ECE 0.333 -> 0.250 (temperature 1.70)',
        '',
        '2 sentences, 7 tokens',
      ].join('\n'),
    );
  });

  test.each([
    [{ temperature: 1, calibrated, uncalibrated: calibrated }, 'calibration: ECE 0.250 (not calibrated)'],
    [
      { temperature: 2, calibrated: reliabilityOf([]), uncalibrated: reliabilityOf([]) },
      'calibration: no entity was found',
    ],
  ])('formatEvaluation where there is nothing to compare: case %#', (calibration, line) => {
    expect(formatEvaluation({ ...final, calibration }).split('\n')).toContain(line);
  });
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
    const { micro, sentences, tokens } = evaluateTagger(capitals, [
      sentence('Ana met Li', 'B-PER O B-PER'),
      sentence('Oslo slept', 'B-LOC O'),
    ]);
    expect(micro).toMatchObject({ correct: 2, predicted: 3, gold: 3 });
    expect({ sentences, tokens }).toEqual({ sentences: 2, tokens: 5 });
  });

  test('nothing to score', () => {
    expect(evaluateTagger(capitals, []).micro.f1).toBe(0);
  });
});
