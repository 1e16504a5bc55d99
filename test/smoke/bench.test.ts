import { describe, expect, test } from 'vitest';
import { findChromium } from '../helpers/chromium.js';
import { npmRun, positive } from './helpers.js';

describe('npm run bench', () => {
  test('--quick --json measures all it tells of', async () => {
    const report = JSON.parse(await npmRun('bench', ['--quick', '--json']));
    expect(report).toMatchObject({
      machine: { processor: expect.any(String), cores: positive, node: process.version },
      peer: null,
      kernels: { kernels: expect.any(String), peakGflops: positive, loadMilliseconds: positive },
      coldStart: { tagMilliseconds: positive, nodeMilliseconds: positive, modelBytes: positive },
    });
    const cells = ['rnn', 'gru', 'lstm'];
    const cases = cells.flatMap((cell) => [64, 128, 256].map((hidden) => ({ cell, hidden })));
    expect(report.training).toEqual(
      cases.flatMap((bench) =>
        [1, 2].map((workers) => ({
          ...bench,
          workers,
          tokensPerSecond: positive,
          peerTokensPerSecond: null,
          ratio: null,
          gflopsPerWorker: positive,
          fractionOfPeak: positive,
        })),
      ),
    );
    expect(report.tagging).toHaveLength(cases.length);
    expect(report.inference).toHaveLength(cells.length);
    for (const row of report.inference) {
      expect(row).toMatchObject({ hidden: 128, tokensPerSecond: positive, stream: { p50Microseconds: positive } });
      expect(Object.keys(row.microsecondsPerToken)).toEqual(['tokenizer', 'sentences', 'network', 'decoder', 'rest']);
    }
    expect(report.scaling).toHaveLength(3);
    for (const row of report.scaling)
      expect(row).toMatchObject({ microsecondsPerToken: positive, arenaBytes: positive });
    expect(report.vectors).toHaveLength(4);
    for (const row of report.vectors) expect(row.wordsPerSecond).toEqual(positive);
    expect(report.kernels.products.length).toBeGreaterThan(0);
    expect(report.kernels.elements.length).toBeGreaterThan(0);
  });

  test('prints tables', async () => {
    const text = await npmRun('bench', ['--quick', '--only', 'kernels']);
    expect(text).toMatch(/GFLOP\/s at most/);
    expect(text).not.toMatch(/NaN|undefined|\[object/);
  });
});

test('npm run bench:http measures a round beside a bare route, and no request fails', async () => {
  const report = JSON.parse(await npmRun('bench:http', ['1', '1']));
  const measured = { requestsPerSecond: positive, p50Milliseconds: positive, broken: 0, bodyBytes: positive };
  expect(report).toMatchObject({ connections: 64, ratio: positive, rounds: [{ onomast: measured, bare: measured }] });
  expect(Object.keys(report.rounds[0].onomast.statuses)).toEqual(['200']);
});

test('npm run bench:workbench asks for every page and types into a browser where there is one', async () => {
  const { project, typing } = JSON.parse(await npmRun('bench:workbench', ['4', '20']));
  expect(project).toMatchObject({ documents: 20, list: { count: 15 }, 'next by what differs most': { count: 15 } });
  if (findChromium() === undefined) return expect(typing).toBeNull();
  for (const { count, p50, most } of Object.values(typing) as { count: number; p50: number; most: number }[]) {
    expect(count).toBeGreaterThan(10);
    expect(p50).toBeGreaterThan(0);
    expect(most).toBeGreaterThanOrEqual(p50);
  }
});

describe('npm run bench:bulk', () => {
  test('measures bulk beside processes, and the costs of the queue where there is a Redis', async () => {
    const args = ['--texts', '300', '--rounds', '1', '--long', '300'];
    const report = JSON.parse(await npmRun('bench:bulk', args));
    expect(report.rates.map(({ way }: { way: string }) => way)).toEqual([
      'bulk, 1 core',
      'tag in processes, 1 core',
      'bulk, 2 cores',
      'tag in processes, 2 cores',
    ]);
    for (const { textsPerSecond } of report.rates) expect(textsPerSecond).toEqual(positive);
    expect(report.long).toMatchObject({ texts: 300, textsPerSecond: positive, peakBytes: positive });
    if (report.queue === null) return; // there is no redis-server
    expect(report.queue).toMatchObject({
      workerMicroseconds: positive,
      redisBytesIn: positive,
      redisPeakBytes: positive,
    });
    const { texts, runs } = report.simulation;
    expect(texts).toBe(10_000_000);
    const hours = runs.map((run: { hours: number }) => run.hours);
    expect(hours).toEqual([...hours].sort((a, b) => b - a)); // more cores never take longer
  });
});

describe('npm run bench:export', () => {
  test('weighs exported models, and times them', async () => {
    const report = JSON.parse(await npmRun('bench:export', ['1']));
    for (const kind of ['esm', 'onnx', 'archive']) expect(report.bytes[kind]).toEqual(positive);
    for (const way of ['program', 'esm', 'onnx'])
      expect(report.node[way]).toMatchObject({ loadMs: positive, tokensPerSecond: positive });
    if (report.coldBrowserMs !== null) expect(report.coldBrowserMs.median).toEqual(positive);
  });
});
