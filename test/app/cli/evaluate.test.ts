import { createHash } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { corpusText, failed, newHome, onomast, sharedHome, succeeded, trainTiny, writeFileBelow } from './helpers.js';

/** Annotated otherwise than the model learnt it, so that it is wrong in every way: too much, too little, too long, another label. */
const GOLD = corpusText(60, 400)
  .replaceAll('Oslo\tB-LOC', 'Oslo\tO')
  .replaceAll('people\tO', 'people\tB-LOC')
  .replaceAll('Siemens\tB-ORG', 'Siemens\tB-PER')
  .replaceAll('Souza\tI-PER', 'Souza\tB-PER');

const home = sharedHome(async (path) => {
  await trainTiny(path);
  writeFileBelow(path, 'gold.conll', GOLD);
  writeFileBelow(path, 'right.conll', corpusText(30, 500));
});
const evaluate = (...args: string[]) => onomast(['evaluate', ...args], { home: home() });

describe.concurrent('evaluate', () => {
  test('--json has the shape of seqeval, and the figures that the columns of tag give', async () => {
    const report = JSON.parse(succeeded(await evaluate('--json', 'gold.conll')));
    const columns = ['tag', '--input', 'conll', '--format', 'conll'];
    const expected = scoresOf(succeeded(await onomast(columns, { home: home(), input: GOLD })));
    expect(report).toMatchObject(expected);
    const isLabel = (key: string): boolean => !/^(overall|macro|case|unseen|seen)_|^(?:calibration|ledgers)$/.test(key);
    expect(Object.keys(report).filter(isLabel)).toEqual(['LOC', 'ORG', 'PER']);
    for (const label of ['LOC', 'ORG', 'PER']) {
      expect(Object.keys(report[label])).toEqual(['precision', 'recall', 'f1', 'number']);
    }
    expect(report.overall_f1).toBeGreaterThan(0.2);
    expect(report.overall_f1).toBeLessThan(0.9);
  });

  test('as text has the same figures as percentages', async () => {
    const report = JSON.parse(succeeded(await evaluate('--json', 'gold.conll')));
    const lines = succeeded(await evaluate('gold.conll')).split('\n');
    const row = (name: string): (string | undefined)[] | undefined =>
      lines
        .find((line) => line.startsWith(name))
        ?.slice(name.length)
        .trim()
        .split(/ +/);
    const percent = (share: number): string => (100 * share).toFixed(2);
    const { precision, recall, f1, number } = report.PER;
    expect(row('PER')).toEqual([percent(precision), percent(recall), percent(f1), String(number)]);
    expect(row('micro avg')?.slice(0, 3)).toEqual(
      [report.overall_precision, report.overall_recall, report.overall_f1].map(percent),
    );
    expect(row('macro avg')).toEqual([report.macro_precision, report.macro_recall, report.macro_f1].map(percent));
    expect(lines.at(-2)).toBe('60 sentences, 420 tokens');
  });

  test('tells how it fares in other cases, on names it never saw, and how far its scores can be trusted', async () => {
    const report = JSON.parse(succeeded(await evaluate('--json', 'gold.conll')));
    const meta = JSON.parse(readFileSync(join(home(), 'models/tiny/meta.json'), 'utf8'));
    const sentencesIn = (letterCase: (word: string) => string): string =>
      GOLD.replace(/^(\S+)\t/gm, (_, word) => `${letterCase(word)}\t`);
    writeFileBelow(
      home(),
      'lower.conll',
      sentencesIn((word) => word.toLowerCase()),
    );
    writeFileBelow(
      home(),
      'upper.conll',
      sentencesIn((word) => word.toUpperCase()),
    );
    for (const letterCase of ['lower', 'upper']) {
      const { overall_f1 } = JSON.parse(succeeded(await evaluate('--json', `${letterCase}.conll`)));
      expect(report[`case_${letterCase}_f1`]).toBe(overall_f1);
    }
    expect(report.case_title_f1).toBeTypeOf('number');

    const { unseen_number, unseen_recall, seen_number, seen_recall } = report;
    const numbers = ['LOC', 'ORG', 'PER'].reduce((sum, label) => sum + report[label].number, 0);
    expect(unseen_number + seen_number).toBe(numbers);
    expect(unseen_number).toBeGreaterThan(0); // people, who are a LOC here and no name at all in the training data
    expect((unseen_recall * unseen_number + seen_recall * seen_number) / numbers).toBeCloseTo(
      report.overall_recall,
      12,
    );

    const { calibration } = report;
    expect(calibration.temperature).toBe(meta.performance.dev.calibration.temperature);
    expect(calibration.bins).toHaveLength(10);
    const error = calibration.bins.reduce(
      (sum: number, { number, mean_score, share_correct }: Record<string, number>) =>
        sum + number * Math.abs(mean_score - share_correct),
      0,
    );
    expect(error / calibration.number).toBeCloseTo(calibration.ece, 12);
  });

  test('--confidence-intervals', async () => {
    const report = JSON.parse(succeeded(await evaluate('--json', '--confidence-intervals', 'gold.conll')));
    for (const [f1, [low, high]] of [
      [report.overall_f1, report.overall_f1_interval],
      [report.PER.f1, report.PER.f1_interval],
    ]) {
      expect(low).toBeLessThan(f1);
      expect(high).toBeGreaterThan(f1);
    }
    const text = succeeded(await evaluate('--confidence-intervals', 'gold.conll'));
    expect(text).toMatch(/F1, 95 % CI\n/);
    expect(text).toMatch(/\nmicro avg.* \d+\.\d\d to +\d+\.\d\d\n/);
  });

  test('a model from before names were remembered has no row for unseen ones', async () => {
    cpSync(join(home(), 'models/tiny'), join(home(), 'models/older'), { recursive: true });
    const json = (file: string) => JSON.parse(readFileSync(join(home(), 'models/older', file), 'utf8'));
    const write = (file: string, value: object): string => {
      const text = JSON.stringify(value);
      writeFileBelow(home(), `models/older/${file}`, text);
      return createHash('sha256').update(text).digest('hex');
    };
    const { entities, ...vocab } = json('vocab.json');
    const { calibration, ...config } = json('config.json');
    expect([entities.length > 0, calibration.temperature > 0]).toEqual([true, true]);
    const hashes = { vocab_sha256: write('vocab.json', vocab), config_sha256: write('config.json', config) };
    write('meta.json', { ...json('meta.json'), ...hashes });
    const report = JSON.parse(succeeded(await evaluate('--json', '--model', 'models/older', 'gold.conll')));
    expect(report).not.toHaveProperty('unseen_recall');
    expect(report.calibration.temperature).toBe(1);
    const text = succeeded(await evaluate('--model', 'models/older', 'gold.conll'));
    expect(text).toContain('(not calibrated)');
    expect(text).not.toContain('unseen');
  });

  test('--json holds the ledger of each file', async () => {
    writeFileBelow(home(), 'ledger.conll', `# a comment\n${corpusText(5, 3)}\nAna\tI-PER\n`);
    const { ledgers } = JSON.parse((await evaluate('--json', 'ledger.conll', 'right.conll')).stdout);
    expect(ledgers).toMatchObject([
      { name: 'ledger.conll', format: 'conll', comments: 1, sentences: 6, names: { repaired: 1, leftOut: 0 } },
      { name: 'right.conll', sentences: 30 },
    ]);
  });

  test.each([
    ['C3', 'Ana B-PER B-PER\nSouza I-PER O\n', 'found two: columns 2 and 3 both hold tags over the same labels'],
    ['C3', 'Ana\tB-PER\tB-PER\nleft\tO\tO\n', 'are these predictions beside gold?'],
    ['C3', 'Ana NNP B-PER O\nOslo NNP B-LOC B-PER\n', 'column 4 was read, the 2 names of column 3 were not'],
    ['C6', '{"text":"Ana went to Oslo","entities":[[1,3,"PER"],[13,15,"LOC"]]}\n', 'found 2 of 2 that do not'],
  ])('%s: refuses %j', async (kind, content, message) => {
    const file = `${kind}-${createHash('sha256').update(content).digest('hex').slice(0, 8)}`;
    writeFileBelow(home(), file, content);
    expect(failed(await evaluate(file), 1)).toContain(message);
  });

  test('C4: says that a further column holds names', async () => {
    writeFileBelow(home(), 'nested', 'Bank B-ORG O\nof I-ORG O\nOslo I-ORG B-LOC\n');
    const { status, stderr } = await evaluate('nested');
    expect([status, stderr]).toEqual([0, expect.stringContaining('column 2 holds 1 more names, which were not read')]);
    expect(succeeded(await evaluate('--tag-column', '2', 'nested'))).toContain('ORG');
  });

  test('takes several files as one, and --model', async () => {
    const report = JSON.parse(
      succeeded(await evaluate('--json', '--model', 'models/tiny', 'right.conll', 'gold.conll')),
    );
    const [right, gold] = await Promise.all(
      ['right.conll', 'gold.conll'].map(async (file) => JSON.parse(succeeded(await evaluate('--json', file)))),
    );
    expect(right.overall_f1).toBe(1);
    expect(report.PER.number).toBe(right.PER.number + gold.PER.number);
  });

  test('tells of labels that the model does not know and of tags it had to repair, on stderr', async () => {
    writeFileBelow(home(), 'odd.conll', 'Ana B-PER\nSouza I-LOC\n\nMonday B-DATE\n');
    const { status, stdout, stderr } = await evaluate('--json', 'odd.conll');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ DATE: { recall: 0, number: 1 } });
    expect(stderr).toBe(
      'onomast: odd.conll: repaired 1 tags; `onomast check` lists them\n' +
        'onomast: the model has never seen the labels DATE\n',
    );
  });

  test.each([
    ['missing', undefined, /^file: expected a file, found none \[not_found\]$/],
    ['of one column', 'Ana\n', /^file:1: expected at least 2 columns .* \[malformed_corpus\]$/],
    ['empty', '', /\[empty_corpus\]$/],
  ])('a file that is %s is told', async (_, content, expected) => {
    const other = newHome();
    if (content !== undefined) writeFileBelow(other, 'file', content);
    expect(failed(await onomast(['evaluate', 'file'], { home: other }), 1)).toMatch(expected);
  });
});

/** Counted from `token gold predicted` rows, with nothing of the program's own. */
function scoresOf(columns: string): object {
  const counts: Record<string, { correct: number; predicted: number; gold: number }> = {};
  const all = { correct: 0, predicted: 0, gold: 0 };
  for (const sentence of columns.trimEnd().split('\n\n')) {
    const rows = sentence.split('\n').map((row) => row.split(' '));
    const [gold, predicted] = [1, 2].map((column) => spansOf(rows.map((row) => row[column])));
    for (const [kind, spans] of Object.entries({
      gold,
      predicted,
      correct: gold.filter((x) => predicted.includes(x)),
    })) {
      for (const span of spans) {
        counts[span.split(' ')[0]] ??= { correct: 0, predicted: 0, gold: 0 };
        counts[span.split(' ')[0]][kind as 'gold']++;
        all[kind as 'gold']++;
      }
    }
  }
  const scores = ({ correct, predicted, gold }: typeof all) => ({
    precision: expect.closeTo(correct / predicted, 12),
    recall: expect.closeTo(correct / gold, 12),
    f1: expect.closeTo((2 * correct) / (predicted + gold), 12),
  });
  const overall = scores(all);
  return {
    overall_precision: overall.precision,
    overall_recall: overall.recall,
    overall_f1: overall.f1,
    ...Object.fromEntries(Object.entries(counts).map(([label, c]) => [label, { ...scores(c), number: c.gold }])),
  };
}

/** "PER 0 2" for each span of well-formed IOB2 tags. */
function spansOf(tags: readonly string[]): string[] {
  return tags.flatMap((tag, start) => {
    if (!tag.startsWith('B-')) return [];
    const rest = tags.slice(start + 1).findIndex((next) => !next.startsWith('I-'));
    return [`${tag.slice(2)} ${start} ${rest === -1 ? tags.length : start + 1 + rest}`];
  });
}
