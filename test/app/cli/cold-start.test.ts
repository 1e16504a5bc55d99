import { expect, test } from 'vitest';
import { onomast, sharedHome, succeeded, trainTiny } from './helpers.js';

const home = sharedHome(trainTiny);

test('tells how long `onomast tag` takes from a cold start', async () => {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const startMs = performance.now();
    expect(succeeded(await onomast(['tag', 'Ada met Bo.'], { home: home() }))).toMatch(/met/);
    times.push(performance.now() - startMs);
  }
  times.sort((left, right) => left - right);
  // Printed, not asserted: it depends on what else the machine does.
  console.log(`cold start of \`onomast tag "Ada met Bo."\`: ${times[2].toFixed(0)} ms (median of 5)`);
});
