import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '#base/random.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { createVocabulary } from '#tagging/features/vocabulary.js';
import { saveModel } from '#tagging/model/model-directory.js';
import { createTaggerModel } from '#tagging/model/tagger-model.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { median } from './median.js';
import { wordOf } from './random-words.js';

export interface ColdStart {
  /** From starting `onomast tag "…"` to its end: Node, program, model, one sentence. Median of all runs. */
  readonly tagMilliseconds: number;
  /** Of that, Node with an empty program. */
  readonly nodeMilliseconds: number;
  readonly modelBytes: number;
}

const PROGRAM = fileURLToPath(new URL('../dist/app/cli/main.js', import.meta.url));
const WORDS = 5000;

/** A model of the default settings with random weights: how long loading takes does not depend on what it has learnt. */
export function benchColdStart(runs: number): ColdStart {
  const directory = mkdtempSync(join(tmpdir(), 'onomast-bench-'));
  try {
    const path = join(directory, 'model');
    const config = parseRunConfig({}, 'bench');
    const words = createVocabulary(Array.from({ length: WORDS }, (_, n) => wordOf(n)));
    const model = createTaggerModel({
      config: config.model,
      vocabularies: { words, shapes: createVocabulary(['Xxxx', 'xxxx']), characters: createVocabulary([]) },
      labels: ['LOC', 'ORG', 'PER'],
      regularization: config.training,
      kernels: selectKernels().kernels,
      random: createRandom(1),
    });
    const { parameters } = saveModel(
      path,
      model,
      { training: config.training },
      {
        description: 'random weights',
        created: '1970-01-01T00:00:00.000Z',
        license: 'MIT',
        sources: [],
        data_sha256: '0'.repeat(64),
        seed: 1,
        performance: {},
        tokenizer: { id: 'onomast', version: 1 },
        onomast: '0',
        node: process.version,
      },
    );
    const tag = [PROGRAM, 'tag', '--model', path, 'He said, Teddy Roosevelt was a great President.'];
    return {
      tagMilliseconds: medianMilliseconds(tag, runs),
      nodeMilliseconds: medianMilliseconds(['-e', '0'], runs),
      modelBytes: 4 * parameters,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function medianMilliseconds(args: readonly string[], runs: number): number {
  return median(
    Array.from({ length: runs }, () => {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with code ${status}: ${stderr}`);
      return performance.now() - start;
    }),
  );
}
