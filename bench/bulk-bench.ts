import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { median } from './median.js';
import { processorTime } from './processor-time.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(PROJECT, 'dist', 'app', 'cli', 'main.js');
const MODEL = join(PROJECT, 'models', 'names-en');

export interface BulkBenchOptions {
  /** Texts of each comparison. */
  readonly texts: number;
  readonly rounds: number;
  /** Texts of the long run; 0 leaves it out. */
  readonly long: number;
  /** Of a text; five are a paragraph of some 450 characters. */
  readonly sentences: number;
}

export interface BulkRate {
  readonly way: string;
  readonly textsPerSecond: number;
  /** Of processor time, over all processes and threads: what other programs do changes it little. */
  readonly microsecondsPerText: number;
}

export interface QueueCosts {
  readonly texts: number;
  readonly textsPerSecond: number;
  /** Microseconds of processor time a text. */
  readonly driverMicroseconds: number;
  readonly workerMicroseconds: number;
  readonly redisMicroseconds: number;
  /** Bytes a text, and at the peak. */
  readonly redisBytesIn: number;
  readonly redisBytesOut: number;
  readonly redisPeakBytes: number;
}

export interface LongRun {
  readonly texts: number;
  readonly seconds: number;
  readonly textsPerSecond: number;
  /** Resident, of the whole process with its threads. */
  readonly peakBytes: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/** What a number of cores would take, by the measured costs; nothing of it was run. */
export interface SimulatedRun {
  readonly cores: number;
  readonly hours: number;
  /** What keeps it from being faster. */
  readonly limit: 'workers' | 'driver' | 'redis' | 'network';
}

export interface Simulation {
  readonly texts: number;
  readonly runs: readonly SimulatedRun[];
  /** Through Redis, both ways. */
  readonly redisBytes: number;
}

export interface BulkBench {
  readonly charactersPerText: number;
  readonly rates: readonly BulkRate[];
  /** Chunks by value; null where there is no redis-server. */
  readonly queue: QueueCosts | null;
  /** Chunks by reference to a folder that all see. */
  readonly queueByReference: QueueCosts | null;
  readonly long: LongRun | null;
  /** From the costs of the queue. */
  readonly simulation: Simulation | null;
}

const SIMULATED_TEXTS = 10_000_000;
const SIMULATED_CORES = [1, 2, 4, 8, 16, 32, 64];
/** Of a network of a gigabit. */
const NETWORK_BYTES_PER_SECOND = 125e6;

/** Texts a second of `bulk` beside processes of `tag` on parts of the same file, as `xargs -P` starts them, in turns. */
export async function benchBulk({ texts, rounds, long, sentences }: BulkBenchOptions): Promise<BulkBench> {
  const folder = mkdtempSync(join(tmpdir(), 'onomast-bulk-bench-'));
  try {
    const input = join(folder, 'texts.jsonl');
    writeTexts(input, texts, sentences);
    const runs = new Map<string, { readonly seconds: number; readonly processorSeconds: number }[]>();
    const timed = (way: string, script: string): void => {
      const begun = performance.now();
      const processorSeconds = shell(script);
      runs.set(way, [...(runs.get(way) ?? []), { seconds: (performance.now() - begun) / 1000, processorSeconds }]);
    };
    for (let round = 0; round < rounds; round++) {
      for (const cores of [1, 2]) {
        const name = cores === 1 ? '1 core' : `${cores} cores`;
        timed(`bulk, ${name}`, bulk(input, join(folder, `bulk-${round}-${cores}`), cores));
        timed(`tag in processes, ${name}`, tagInProcesses(input, join(folder, 'parts'), cores));
      }
    }
    const rates = [...runs].map(([way, all]) => ({
      way,
      textsPerSecond: texts / median(all.map(({ seconds }) => seconds)),
      microsecondsPerText: (1e6 * median(all.map(({ processorSeconds }) => processorSeconds))) / texts,
    }));
    const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
    const queue = hasRedis ? await queueCosts({ input, texts, folder, isByReference: false }) : null;
    const queueByReference = hasRedis ? await queueCosts({ input, texts, folder, isByReference: true }) : null;
    return {
      charactersPerText: statSync(input).size / texts,
      rates,
      queue,
      queueByReference,
      long: long > 0 ? await longRun(long, sentences, folder) : null,
      simulation: queue && simulate(queue),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each of the four does its part of every text, all at the same time: the slowest is the pace of all. */
function simulate(costs: QueueCosts, texts = SIMULATED_TEXTS): Simulation {
  const bytes = costs.redisBytesIn + costs.redisBytesOut;
  const runs = SIMULATED_CORES.map((cores): SimulatedRun => {
    const rates = [
      ['workers', (cores * 1e6) / costs.workerMicroseconds],
      ['driver', 1e6 / costs.driverMicroseconds],
      ['redis', 1e6 / costs.redisMicroseconds],
      ['network', NETWORK_BYTES_PER_SECOND / bytes],
    ] as const;
    const [limit, rate] = rates.reduce((slowest, one) => (one[1] < slowest[1] ? one : slowest));
    return { cores, hours: texts / rate / 3600, limit };
  });
  return { texts, runs, redisBytes: bytes * texts };
}

/** Paragraphs of the bundled corpus; no two are the same. */
function writeTexts(path: string, count: number, sentencesOfText: number): void {
  const sentences = readFileSync(join(PROJECT, 'data', 'names', 'train.conll'), 'utf8')
    .split(/\n\s*\n/)
    .map((block) => block.split('\n').map((row) => row.split(/\s/)[0]))
    .filter((words) => words.length > 2 && !words[0].startsWith('-DOCSTART-'))
    .map((words) => words.join(' ').replace(/ ([.,;:!?])/g, '$1'));
  const file = openSync(path, 'w');
  for (let i = 0, pending = ''; i < count; i++) {
    // A step that shares no factor with the number of sentences, so that neighbours change from text to text.
    const chosen = Array.from(
      { length: sentencesOfText },
      (_, s) => sentences[(i * 7919 + s * 104_729) % sentences.length],
    );
    pending += `${JSON.stringify({ id: i, text: `${i + 1}. ${chosen.join(' ')}` })}\n`;
    if (pending.length > 1e6 || i === count - 1) {
      writeSync(file, pending);
      pending = '';
    }
  }
  closeSync(file);
}

/** Runs a script; returns the seconds of processor time that it and all below it took. */
function shell(script: string): number {
  const told = execFileSync('sh', ['-ec', `${script}\ntimes`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  // The last line of `times` is of the children: 1m2.345s 0m0.678s.
  const [user, system] = Array.from(
    told
      .trim()
      .split('\n')
      .at(-1)!
      .matchAll(/(\d+)m([\d.]+)s/g),
    (match) => {
      const [, minutes, seconds] = match;
      return Number(minutes) * 60 + Number(seconds);
    },
  );
  return user + system;
}

function bulk(input: string, output: string, cores: number): string {
  return `${process.execPath} ${MAIN} bulk ${input} --output ${output} --model ${MODEL} --workers ${cores} 2> /dev/null`;
}

/** A file is cut into parts of 2000 lines, and as many processes as there are cores tag part after part. */
function tagInProcesses(input: string, folder: string, cores: number): string {
  const tag = `${process.execPath} ${MAIN} tag --model ${MODEL} --input jsonl --format jsonl`;
  return `mkdir -p ${folder}
    split -l 2000 ${input} ${folder}/part-
    ls ${folder}/part-* | xargs -P ${cores} -I{} sh -c '${tag} < {} > {}.names'
    cat ${folder}/*.names > ${folder}/all
    rm -r ${folder}`;
}

interface QueueRun {
  readonly input: string;
  readonly texts: number;
  readonly folder: string;
  readonly isByReference: boolean;
}

async function queueCosts({ input, texts, folder, isByReference }: QueueRun): Promise<QueueCosts> {
  const files = isByReference ? ['--files', folder] : [];
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const redis = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  const children: ChildProcess[] = [redis];
  try {
    await said(redis, 'Ready to accept');
    const url = `redis://127.0.0.1:${port}`;
    const start = (args: readonly string[]): ChildProcess => {
      const child = spawn(process.execPath, [MAIN, ...args, '--queue', url, ...files], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      children.push(child);
      return child;
    };
    const workers = [1, 2].map(() => start(['worker', '--model', MODEL]));
    await Promise.all(workers.map((worker) => said(worker, 'working with')));
    const before = workers.map(({ pid }) => processorTime(pid!)?.allThreads ?? 0);
    const client = new Redis(url);
    const infoBefore = await client.info();
    const begun = performance.now();
    const output = join(folder, isByReference ? 'queued-by-reference' : 'queued');
    const driver = start(['bulk', input, '--output', output, '--model', MODEL]);
    let driverTime = 0;
    const looking = setInterval(() => {
      driverTime = processorTime(driver.pid!)?.allThreads ?? driverTime;
    }, 20);
    await new Promise((resolve) => driver.once('exit', resolve));
    clearInterval(looking);
    const seconds = (performance.now() - begun) / 1000;
    const info = await client.info();
    client.disconnect();
    const field = (text: string, name: string): number => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1]);
    const grown = (name: string): number => field(info, name) - field(infoBefore, name);
    const workerTime = workers.reduce((sum, { pid }, i) => sum + (processorTime(pid!)?.allThreads ?? 0) - before[i], 0);
    return {
      texts,
      textsPerSecond: texts / seconds,
      driverMicroseconds: driverTime / texts,
      workerMicroseconds: workerTime / texts,
      redisMicroseconds: ((grown('used_cpu_user') + grown('used_cpu_sys')) * 1e6) / texts,
      redisBytesIn: grown('total_net_input_bytes') / texts,
      redisBytesOut: grown('total_net_output_bytes') / texts,
      redisPeakBytes: field(info, 'used_memory_peak'),
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
}

async function longRun(texts: number, sentences: number, folder: string): Promise<LongRun> {
  const input = join(folder, 'long.jsonl');
  writeTexts(input, texts, sentences);
  const output = join(folder, 'long');
  const args = [MAIN, 'bulk', input, '--output', output, '--model', MODEL];
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  let peakBytes = 0;
  const looking = setInterval(() => {
    peakBytes = peakMemory(child.pid!) ?? peakBytes;
  }, 500);
  const status = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(looking);
  if (status !== 0) throw new Error(`bulk ended with ${status}`);
  const seconds = (performance.now() - begun) / 1000;
  return {
    texts,
    seconds,
    textsPerSecond: texts / seconds,
    peakBytes,
    inputBytes: statSync(input).size,
    outputBytes: statSync(join(output, 'long.jsonl')).size,
  };
}

/** The most that a process was resident with so far; undefined where there is no /proc. */
function peakMemory(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

async function said(child: ChildProcess, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let all = '';
    const look = (data: unknown): void => {
      all += String(data);
      if (all.includes(text)) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', () => reject(new Error(`ended before it said "${text}"`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
