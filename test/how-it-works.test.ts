import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAssignments } from '#tagging/model/config-options.js';
import { parseRunConfig } from '#training/config/training-config.js';

const DOCUMENT = new URL('../docs/how-it-works.md', import.meta.url);
const text = readFileSync(DOCUMENT, 'utf8');
const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found);

describe('docs/how-it-works.md', () => {
  test('every link leads to a file or a heading', () => {
    const anchors = all(/^#+ (.+)$/gm).map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    );
    const targets = all(/\]\(([^)]+)\)/g).filter((target) => !target.startsWith('https:'));
    expect(targets.length).toBeGreaterThan(30);
    const isThere = (target: string): boolean =>
      target.startsWith('#') ? anchors.includes(target.slice(1)) : existsSync(new URL(target, DOCUMENT));
    expect(targets.filter((target) => !isThere(target))).toEqual([]);
  });

  test('every option exists and takes the value that is written', () => {
    const assignments = all(/`(?:--set )?([a-z]\w+=[\w.|]+|L2=[\d.]+)`/g).filter(
      (code) => !/=(?:n|k|value)$/.test(code),
    );
    expect(assignments.length).toBeGreaterThan(20);
    for (const assignment of assignments) {
      const [name, values] = assignment.split('=');
      for (const value of values.split('|')) {
        expect(() => parseRunConfig(parseAssignments([`${name}=${value}`]), 'the document')).not.toThrow();
      }
    }
  });

  test('what is called the default is the default', () => {
    const defaults = parseRunConfig({}, 'none');
    const options: Record<string, unknown> = { ...defaults.model, ...defaults.training };
    for (const name of ['batch_size', 'dropout', 'word_dropout', 'L2', 'grad_clip', 'weight_average']) {
      expect(text).toContain(`\`${name}=${options[name]}\``);
    }
    expect(defaults.model).toMatchObject({ rnn_type: 'rnn', look_ahead: 2 });
  });

  test('every measurement has been made', () => {
    const measured = all(/<!-- measured: (\S+) -->/g);
    expect(measured.length).toBe(7);
    for (const name of measured) {
      const table = text.split(`<!-- measured: ${name} -->`)[1].split(`<!-- end of ${name} -->`)[0];
      expect(table.trim().split('\n').length, name).toBeGreaterThan(3);
    }
  });

  test.each(all(/\]\((images\/[^)]+\.svg)\)/g))('%s says what it shows to those who cannot see it', (image) => {
    const svg = readFileSync(new URL(image, DOCUMENT), 'utf8');
    expect(svg).toMatch(/<title id="title">.{10,}<\/title>/);
    expect(svg).toMatch(/<desc id="description">.{40,}<\/desc>/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
