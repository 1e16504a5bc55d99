import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Token } from '#annotation/text/token.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const WORDS = 'ana met li wei at ford in oslo and york'.split(' ');
const NETWORKS = [
  { tag_format: 'bio', crf: false },
  { tag_format: 'bio', crf: true },
  { tag_format: 'bioes', crf: false },
  { tag_format: 'bioes', crf: true },
] as const;
const taggerOf = (config: (typeof NETWORKS)[number], seed: number): Tagger =>
  createTagger(
    tinyModel({ config: { ...config, look_ahead: 1 }, seed }),
    { id: 'm', version: 0, sha256: '' },
    { tokenizer, isFinal: true },
  );

describe('no name goes on over a border', () => {
  test.each(NETWORKS)('in the likeliest readings, and their probabilities sum to 1: %j', (config) => {
    const words = WORDS.slice(0, 4);
    for (let seed = 1; seed <= 5; seed++) {
      const tagger = taggerOf(config, seed);
      const crossing = (borders: number[]) =>
        tagger
          .nBest(words, 10_000, { borders })
          .filter(({ spans }) => spans.some(({ startToken, endToken }) => startToken < 2 && endToken > 2));
      expect(crossing([]).length).toBeGreaterThan(0);
      expect(crossing([2])).toEqual([]);
      const sum = tagger.nBest(words, 10_000, { borders: [2] }).reduce((total, one) => total + one.probability, 0);
      expect(sum).toBeCloseTo(1, 9);
    }
  });

  test.each(NETWORKS)('in a stream: %j', (config) => {
    let crossings = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const tagger = taggerOf(config, seed);
      const tagsWith = (border: boolean): string[] => {
        const stream = tagger.stream();
        let at = 0;
        const certain = WORDS.flatMap((text) => {
          const token: Token = { text, start: at, end: at + text.length, ...(border && { border: true }) };
          at += text.length + 1;
          return stream.push(token).certain.map(({ tag }) => tag);
        });
        return [...certain, ...stream.end().certain.map(({ tag }) => tag)];
      };
      crossings += tagsWith(false).filter((tag) => tag.startsWith('I-')).length;
      expect(tagsWith(true).filter((tag) => tag.startsWith('I-'))).toEqual([]);
    }
    expect(crossings).toBeGreaterThan(0);
  });

  test.each(NETWORKS)('in texts: %j', (config) => {
    let names = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { entities } = taggerOf(config, seed).tag('ana met Ford Inc. Ana Wei\tOslo York at ford');
      names += entities.length;
      expect(entities.filter(({ text }) => /Inc\. Ana|\t/.test(text))).toEqual([]);
    }
    expect(names).toBeGreaterThan(0);
  });
});

describe('tagging in steps', () => {
  const tagger = taggerOf(NETWORKS[2], 3);
  const book = Array.from({ length: 1500 }, (_, i) => `Ana ${i} met Li Wei at Ford in Oslo.`).join(' ');

  test('pauses, and finds what tagging at once finds', () => {
    const steps = tagger.tagInSteps([book, 'Ana', ''], { threshold: 0.2 });
    let pauses = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) pauses++;
    expect(pauses).toBeGreaterThan(3);
    expect(step.value).toEqual(tagger.tagAll([book, 'Ana', ''], { threshold: 0.2 }));
  });

  test('sentences that occur again are tagged as they were', () => {
    const lines = ['Ana met Li Wei.', 'Ford is in Oslo.', 'Ana met Li Wei.', 'Ana met Li Wei.'];
    const { entities } = tagger.tag(lines.join(' '));
    let at = 0;
    const apart = lines.flatMap((line) => {
      const found = tagger
        .tag(line)
        .entities.map(({ start, end, label, score }) => ({ start: start + at, end: end + at, label, score }));
      at += line.length + 1;
      return found;
    });
    expect(entities.map(({ start, end, label, score }) => ({ start, end, label, score }))).toEqual(apart);
  });

  test('long texts without any gap have their tokens where they stand', () => {
    const text = `${'ab '.repeat(60_000)}${'(👩'.repeat(50_000)}\n\n${'x.'.repeat(20_000)}`;
    const { tokens } = tagger.tag(text);
    expect(tokens.every(({ text: word, start, end }) => text.slice(start, end) === word)).toBe(true);
    const length = tokens.reduce((sum, token) => sum + token.text.length, 0);
    expect(length).toBe(text.replace(/\s/g, '').length);
  }, 60_000);
});

/** `|` marks places that no name may run over; the texts hold names on both sides. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  T1: [
    'I met Anita Sen|. Mina Roy left early.',
    'They spoke to Peter Hon|. Omar Aziz was late.',
    'She asked Rosa Col|. Ravi Patel agreed.',
    '“I know Kavita Sen|.” Mina smiled.',
  ],
  T2: [
    'She works for Rossi & Co.| Mina works for Vextor Ltd.| Ravi is at Delta Corp.| Omar rests.',
    'Vextor Inc.| Chief Executive Tim Larsen spoke.',
    'I met Omar Hale Jr.| Mina Roy met nobody.',
    'He moved to Washington, D.C.| Mina stayed.',
  ],
  T3: [
    'It was opened by Mina Roy|\nOmar Aziz led a round on the bridges and ships of Oslo|\nMadrid is next',
    'Kind regards|\nMina Roy|\nDelta Group|\nOslo',
  ],
  T4: ['Mina Roy|\tOmar Aziz|\tRavi Patel', 'Mina Roy|    Omar Aziz|    Ravi Patel', 'Oslo|\tMadrid|\tRome'],
};

describe('the shipped model finds names on both sides of a border', () => {
  let tagger: Tagger;
  beforeAll(async () => {
    tagger = await loadTagger(fileURLToPath(new URL('../../../models/names-en', import.meta.url)));
  });

  test.each(Object.entries(KINDS).flatMap(([kind, texts]) => texts.map((text) => [kind, text])))(
    '%s: %j',
    (_, marked) => {
      const text = marked.replaceAll('|', '');
      const parts = marked.split('|');
      let at = 0;
      const { entities } = tagger.tag(text);
      for (const part of parts) {
        const [from, to] = [at, at + part.length];
        at = to;
        for (const { start, end } of entities) if (start >= from && start < to) expect(end).toBeLessThanOrEqual(to);
      }
      expect(entities.length).toBeGreaterThanOrEqual(2);
    },
  );

  test.each(['ʼ', '‘', '`', '´'])('T5: whatever was typed for an apostrophe: %s', (apostrophe) => {
    const names = (text: string): string[] =>
      tagger.tag(text).entities.map((entity) => `${entity.label} ${entity.text}`);
    const text = "Mina's dog met Karen O'Neill.";
    expect(names(text.replaceAll("'", apostrophe))).toEqual(
      names(text).map((name) => name.replaceAll("'", apostrophe)),
    );
  });

  test('T6: HTML and Markdown, with offsets into the source', () => {
    const cases = [
      ['html', '<p><a href="https://x.example">Mina</a> Roy</p><p>Omar Aziz</p>', ['Mina</a> Roy', 'Omar Aziz']],
      ['html', 'Omar&nbsp;Aziz met Karen O&#39;Neill.', ['Omar&nbsp;Aziz', 'Karen O&#39;Neill']],
      ['markdown', 'I met **Mina Roy** and [Omar Aziz](https://x.example).', ['Mina Roy', 'Omar Aziz']],
    ] as const;
    for (const [input, source, names] of cases) {
      const { entities, tokens } = tagger.tag(source, { input });
      expect(entities.map(({ text }) => text)).toEqual(names);
      for (const { text, start, end } of [...entities, ...tokens]) expect(source.slice(start, end)).toBe(text);
    }
  });

  test('an input of another kind is refused', () => {
    expect(() => tagger.tag('Mina', { input: 'rtf' as 'html' })).toThrow(
      '"input" must be one of text, html, markdown, found "rtf"',
    );
  });
});
