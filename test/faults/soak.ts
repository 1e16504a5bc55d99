import { type Fault, must } from './fault.js';
import { megabytesOf, newHome, serve } from './program.js';
import { randomText } from './random-text.js';

const CONNECTIONS = 4;
const TEXTS_A_REQUEST = 100;
const SAMPLES = 40;
/** Of the texts, before memory is expected to stay. */
const WARM_UP = 0.1;
/** Megabytes that a hundred thousand texts may add. */
const STEEPEST = 10;

/** What is kept of words must not grow with the number of words. */
export const soak: Fault = {
  name: 'soak',
  summary: 'random texts, half of their words new: resident memory stays where it is after the first of them',
  counted: 'texts',
  full: 1_000_000,
  async run(count, random) {
    const server = await serve(newHome());
    const text = randomText(random);
    const samples: { readonly texts: number; readonly megabytes: number }[] = [];
    let sent = 0;
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        while (sent < count) {
          const size = Math.min(TEXTS_A_REQUEST, count - sent);
          sent += size;
          await server.ask('POST', '/api/tag', { texts: Array.from({ length: size }, () => text(12)) });
          if (sent >= ((samples.length + 1) * count) / SAMPLES)
            samples.push({ texts: sent, megabytes: megabytesOf(server.child) });
        }
      }),
    );
    const after = samples.filter(({ texts }) => texts > WARM_UP * count);
    const slope = 100_000 * slopeOf(after.map(({ texts, megabytes }) => [texts, megabytes]));
    // In a short run it is the warm-up that is measured.
    if (count >= 200_000) must(slope < STEEPEST, 'memory grows', slope, samples);
    return {
      megabytesPer100000Texts: Number(slope.toFixed(2)),
      megabytes: samples.filter((_, i) => i % 4 === 3).map(({ megabytes }) => Math.round(megabytes)),
    };
  },
};

/** Of the line that fits best. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const together = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return together / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
