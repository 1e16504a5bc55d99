import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { corpusText, failed, newHome, onomast, settings, writeFileBelow } from './helpers.js';

test('a network that is too large is refused at once, with sizes that would do', async () => {
  const home = newHome();
  writeFileBelow(home, 'train.conll', corpusText(60));
  const args = [
    'train',
    '--train',
    'train.conll',
    '--output',
    'mine',
    '--quiet',
    ...settings({ rnn_type: 'rnn', hidden_size: 4096, layers: 16 }),
  ];
  const start = performance.now();
  expect(failed(await onomast(args, { home }), 1)).toMatch(
    /^training: a network of 5\d\d,\d{3},\d{3} parameters needs 1\d,\d{3} MiB, .* there are; its largest part is rnn\.weight_hh_l0 \(4096 x 4096\); hidden_size \d+ or layers \d would fit \[out_of_memory\]$/,
  );
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(readdirSync(home).sort()).toEqual(['data', 'train.conll']);
});
