import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { labelStyles } from '#app/shared/labels.js';
import { VIEWS } from '../../helpers/test-app.js';

describe('labelStyles', () => {
  test('gives known labels the same look in every model', () => {
    const look = (labels: string[], label: string) => labelStyles(labels).get(label)!.className;
    expect(look(['LOC', 'PER'], 'PER')).toBe(look(['zebra', 'apple', 'PER'], 'PER'));
    expect(labelStyles(['PER', 'ORG', 'LOC', 'MISC'])).toEqual(
      new Map([
        ['PER', { label: 'PER', name: 'person', className: 'colour-0 line-0' }],
        ['ORG', { label: 'ORG', name: 'organisation', className: 'colour-1 line-1' }],
        ['LOC', { label: 'LOC', name: 'location', className: 'colour-2 line-2' }],
        ['MISC', { label: 'MISC', name: 'other name', className: 'colour-3 line-3' }],
      ]),
    );
  });

  test('gives the others a look by their place, different for many', () => {
    const labels = Array.from({ length: 31 }, (_, index) => `label-${index}`);
    const styles = [...labelStyles(labels).values()];
    expect(new Set(styles.map(({ className }) => className)).size).toBe(31);
    expect(styles[0].className).toBe('colour-4 line-4');
    expect(styles).toEqual([...labelStyles(labels, labels).values()]);
  });

  test.each([
    ['creative-work', 'creative work'],
    ['POLITICAL_PARTY', 'political party'],
    ['Person', 'person'],
    ['__', '__'],
    ['constructor', 'constructor'],
    ['__proto__', 'proto'],
  ])('says %s as "%s"', (label, name) => {
    expect(labelStyles([label]).get(label)!.name).toBe(name);
  });

  test('uses only classes that the style sheet has', () => {
    const css = readFileSync(join(VIEWS, 'assets', 'style.css'), 'utf8');
    for (const { className } of labelStyles(Array.from({ length: 35 }, (_, index) => `l${index}`)).values()) {
      for (const name of className.split(' ')) expect(css).toContain(`.${name} {`);
    }
  });
});
