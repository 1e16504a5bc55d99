import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeTensors, encodeTensors, type Tensor } from '#base/safetensors.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { featureListsOf } from '#tagging/features/features.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import {
  assertWritableModelPath,
  isModelDirectory,
  loadModel,
  replaceDirectory,
  saveModel,
  sha256,
} from '#tagging/model/model-directory.js';
import { type ModelSettings, PART_FILES } from '#tagging/model/model-files.js';
import {
  loadTensors,
  roundTables,
  savedParameters,
  storedTensors,
  type TaggerModel,
} from '#tagging/model/tagger-model.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import { DESCRIPTION, tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const WEIGHTS_FILE = PART_FILES.weights;
const FILES = ['config.json', 'meta.json', 'vocab.json', WEIGHTS_FILE];
const HASHED = { 'config.json': 'config', 'vocab.json': 'vocab', [WEIGHTS_FILE]: 'weights' } as const;
const TEXTS = ['Ana met Li Wei at Ford in Oslo.', 'Nothing?', 'Oslo, 1999: Ana sang; 😀 listened.'];

const load = (path: string) => loadModel(path, createReferenceKernels('float32'));
const answersOf = (model: TaggerModel) =>
  createTagger(model, { id: 'm', version: 1, sha256: '' }, { tokenizer }).tagAll(TEXTS, { alternatives: true });

function saved(model: TaggerModel = tinyModel(), settings: Partial<ModelSettings> = {}): string {
  const path = join(temporaryDirectory(), 'names');
  saveModel(path, model, { training: { learn_rate: 0.1 }, ...settings }, DESCRIPTION);
  return path;
}

function json(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Changes a file and writes its new hash into meta.json: what a careful forger, or another version, would do. */
function rewrite(path: string, file: keyof typeof HASHED, bytes: string | Uint8Array): void {
  writeFileSync(join(path, file), bytes);
  const meta = json(join(path, 'meta.json'));
  meta[`${HASHED[file]}_sha256`] = sha256(readFileSync(join(path, file)));
  writeFileSync(join(path, 'meta.json'), JSON.stringify(meta));
}

function rewriteTensors(path: string, change: (tensors: Tensor[]) => Tensor[]): void {
  const { tensors, metadata } = decodeTensors(readFileSync(join(path, WEIGHTS_FILE)), 'test');
  rewrite(path, WEIGHTS_FILE, encodeTensors(change([...tensors.values()]), metadata));
}

describe('save, then load', () => {
  test.each<[string, Partial<ModelConfig>]>([
    ['the default network', {}],
    ['LSTM, BIO, no shapes', { rnn_type: 'lstm', tag_format: 'bio', shape_dimension: 0, look_ahead: 0 }],
    ['characters', { char_filters: 4 }],
    ['running statistics', { normalization: 'batch' }],
    [
      'everything on',
      {
        layers: 2,
        bidirectional: true,
        residual: true,
        normalization: 'layer',
        attention: 'sentence',
        crf: true,
        char_filters: 3,
      },
    ],
  ])('gives equal tags, scores and weights: %s', (_, config) => {
    const model = tinyModel({ config });
    const { model: loaded } = load(saved(model));
    expect(loaded.config).toEqual(model.config);
    expect(featureListsOf(loaded.vocabularies)).toEqual(featureListsOf(model.vocabularies));
    expect(savedParameters(loaded)).toEqual(savedParameters(model));
    expect(answersOf(loaded)).toEqual(answersOf(model));
  });

  test.each([false, true])('pretrained vectors come along, fine-tuned: %s', (fine_tune_vectors) => {
    const model = tinyModel({ config: { fine_tune_vectors }, vectors: TINY_VECTORS });
    const path = saved(model);
    const { model: loaded, meta } = load(path);
    expect(answersOf(loaded)).toEqual(answersOf(model));
    expect(new Uint8Array(loaded.vocabularies.vectors!.file)).toEqual(TINY_VECTORS.file);
    expect(meta.vectors).toEqual(TINY_VECTORS.origin);
    expect(meta.vectors_sha256).toBe(sha256(TINY_VECTORS.file));
  });

  test('the delta of fine-tuned vectors bears the name of the first models in a file, and loads under either', () => {
    const model = tinyModel({ config: { fine_tune_vectors: true }, vectors: TINY_VECTORS });
    const [delta] = savedParameters(model);
    expect(delta.name).toBe('embedding.vector_delta.weight');
    const stored = storedTensors(model) as Tensor[];
    expect(stored[0].name).toBe('embedding.change.weight');
    stored[0].values.fill(0.5);
    for (const name of ['embedding.change.weight', 'embedding.vector_delta.weight']) {
      const other = tinyModel({ config: { fine_tune_vectors: true }, vectors: TINY_VECTORS });
      const tensors = stored.map((tensor, i) => (i === 0 ? { ...tensor, name } : tensor));
      loadTensors(other, new Map(tensors.map((tensor) => [tensor.name, tensor])), 'here');
      expect(savedParameters(other)[0].values.every((value) => value === 0.5)).toBe(true);
    }
  });

  test('a config.json of before quantize_embeddings had that name loads as it did', () => {
    const model = tinyModel({ config: { quantize_embeddings: true } });
    roundTables(model);
    const path = saved(model);
    const config = readFileSync(join(path, 'config.json'), 'utf8');
    rewrite(path, 'config.json', config.replace('"quantize_embeddings"', '"compact_tables"'));
    const { model: loaded } = load(path);
    expect(loaded.config).toEqual(model.config);
    expect(answersOf(loaded)).toEqual(answersOf(model));
  });

  test('tables of 8 bits, once rounded, take a quarter of the room', () => {
    const model = tinyModel({ config: { quantize_embeddings: true, affix_buckets: 3000 } });
    const size = (path: string): number => readFileSync(join(path, WEIGHTS_FILE)).length;
    const whole = size(saved(tinyModel({ config: { affix_buckets: 3000 } })));
    roundTables(model);
    const path = saved(model);
    expect(answersOf(load(path).model)).toEqual(answersOf(model));
    expect(size(path) / whole).toBeLessThan(0.4);
  });

  test('vectors that are missing or altered are noticed', () => {
    const path = saved(tinyModel({ vectors: TINY_VECTORS }));
    const file = join(path, 'vectors.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(file, bytes);
    expect(thrownBy(() => load(path))).toMatchObject({ code: 'damaged_model' });
    expect(thrownBy(() => load(path)).message).toContain('vectors has SHA-256');
    rmSync(file);
    expect(thrownBy(() => load(path)).message).toContain('the file vectors.safetensors is missing');
  });

  test('brings the tokenizer it names', () => {
    const path = saved();
    expect(load(path).tokenizer.tokenize('上海').length).toBe(1);
    const meta = { ...json(join(path, 'meta.json')), tokenizer: { id: 'characters', version: 1 } };
    writeFileSync(join(path, 'meta.json'), JSON.stringify(meta));
    expect(load(path).tokenizer.tokenize('上海').length).toBe(2);
  });

  test('a vocab.json from before there were characters is as good as ever', () => {
    const model = tinyModel();
    const path = saved(model);
    const { characters, ...older } = json(join(path, 'vocab.json'));
    expect(characters).toEqual(['<unknown word>']);
    rewrite(path, 'vocab.json', JSON.stringify(older));
    expect(answersOf(load(path).model)).toEqual(answersOf(model));
  });

  test('keeps its calibration and the hashes of its names, both under the hash of their file', () => {
    const path = saved(tinyModel(), { calibration: { temperature: 1.7, memory: 0.6 }, entities: [0, 5, 2 ** 32 - 1] });
    expect(load(path)).toMatchObject({ calibration: { temperature: 1.7, memory: 0.6 }, entities: [0, 5, 2 ** 32 - 1] });
    expect(json(join(path, 'config.json')).calibration).toEqual({ temperature: 1.7, memory: 0.6 });
    expect(json(join(path, 'vocab.json')).entities).toEqual([0, 5, 2 ** 32 - 1]);
    writeFileSync(
      join(path, 'config.json'),
      readFileSync(join(path, 'config.json'), 'utf8').replace('"temperature": 1.7', '"temperature": 1.6'),
    );
    expect(thrownBy(() => load(path)).message).toContain('config has SHA-256');
  });

  test('a model from before there was calibration is not calibrated', () => {
    const path = saved();
    expect(json(join(path, 'config.json'))).not.toHaveProperty('calibration');
    expect(json(join(path, 'vocab.json'))).not.toHaveProperty('entities');
    const { calibration, entities } = load(path);
    expect({ calibration, entities }).toEqual({ calibration: { temperature: 1, memory: 0 }, entities: undefined });
  });

  test('float64 weights are kept, and read into float32 kernels rounded', () => {
    const model = tinyModel({ kernels: createReferenceKernels('float64') });
    const path = saved(model);
    expect(savedParameters(loadModel(path, createReferenceKernels('float64')).model)).toEqual(savedParameters(model));
    expect(savedParameters(load(path).model)[0].values).toEqual(Float32Array.from(savedParameters(model)[0].values));
  });

  test('meta.json describes the model and holds the hashes of the other files', () => {
    const path = saved();
    const { meta, trainingConfig } = load(path);
    expect(meta).toMatchObject({
      ...DESCRIPTION,
      format: 'onomast-model/1',
      name: 'names',
      labels: ['LOC', 'ORG', 'PER'],
    });
    for (const [file, key] of Object.entries(HASHED)) {
      expect(meta[`${key}_sha256`]).toBe(sha256(readFileSync(join(path, file))));
    }
    expect(meta.parameters).toBe(savedParameters(tinyModel()).reduce((sum, { values }) => sum + values.length, 0));
    expect(trainingConfig).toEqual({ learn_rate: 0.1 });
  });

  test('the same model is written as the same bytes', () => {
    const [one, two] = [saved(), saved()];
    for (const file of FILES) expect(readFileSync(join(one, file))).toEqual(readFileSync(join(two, file)));
  });

  test('labels and words may look like parts of every JavaScript object', () => {
    const model = tinyModel({ labels: ['__proto__', 'constructor', 'toString'] });
    expect(load(saved(model)).model.tagSet.labels).toEqual(['__proto__', 'constructor', 'toString']);
  });
});

describe('loading refuses', () => {
  const problemOf = (path: string): { code: string; message: string } => {
    const { code, message } = thrownBy(() => load(path));
    return { code, message: message.replaceAll(path, '…') };
  };

  test('a place where nothing is', () => {
    const path = join(temporaryDirectory(), 'none');
    expect(problemOf(path)).toEqual({ code: 'unknown_model', message: 'model: there is nothing at "…"' });
  });

  test.each(FILES)('a directory without %s', (file) => {
    const path = saved();
    rmSync(join(path, file));
    expect(problemOf(path)).toEqual({
      code: 'damaged_model',
      message: `…: the file ${file} is missing; this is no complete model`,
    });
  });

  test('a file in place of the directory', () => {
    const path = join(temporaryDirectory(), 'file');
    writeFileSync(path, 'x');
    expect(problemOf(path).message).toBe('…: the file config.json is missing; this is no complete model');
  });

  test.each(Object.entries(HASHED))('%s altered by one byte', (file, key) => {
    const path = saved();
    const bytes = readFileSync(join(path, file));
    bytes[bytes.length - 2] ^= 1;
    writeFileSync(join(path, file), bytes);
    const { code, message } = problemOf(path);
    expect(code).toBe('damaged_model');
    expect(message).toMatch(
      new RegExp(
        `^…: ${key} has SHA-256 [0-9a-f]{12}…, meta.json says [0-9a-f]{12}…; the model was altered or cut off$`,
      ),
    );
  });

  test('weights cut off', () => {
    const path = saved();
    const bytes = readFileSync(join(path, WEIGHTS_FILE));
    writeFileSync(join(path, WEIGHTS_FILE), bytes.subarray(0, bytes.length - 100));
    expect(problemOf(path).message).toContain('weights has SHA-256');
  });

  test.each([
    ['a later format', '"onomast-model/2"', '"onomast-model/2"'],
    ['no format', 'null', 'null'],
  ])('%s', (_, format, found) => {
    const path = saved();
    const meta = json(join(path, 'meta.json'));
    writeFileSync(join(path, 'meta.json'), JSON.stringify({ ...meta, format: JSON.parse(format) }));
    expect(problemOf(path)).toEqual({
      code: 'incompatible_model',
      message: `…/meta.json: expected format "onomast-model/1", found ${found}`,
    });
  });

  test.each([
    [{ id: 'wordpiece', version: 1 }, '{"id":"wordpiece","version":1}'],
    [{ id: 'onomast', version: 99 }, '{"id":"onomast","version":99}'],
    [undefined, 'nothing'],
  ])('the tokenizer %j, which this program does not have', (tokenizer, found) => {
    const path = saved();
    writeFileSync(join(path, 'meta.json'), JSON.stringify({ ...json(join(path, 'meta.json')), tokenizer }));
    const problem = problemOf(path);
    expect(problem.code).toBe('incompatible_model');
    expect(problem.message).toMatch(/^…\/meta\.json: expected the tokenizer "onomast" /);
    expect(problem.message).toContain(`found ${found}; with other tokens the model would find other names`);
  });

  test.each([
    ['{"format":', 'Unexpected end of JSON input'],
    ['[1]', 'expected a JSON object, found [1]'],
    ['', 'Unexpected end of JSON input'],
  ])('a meta.json of %j', (text, problem) => {
    const path = saved();
    writeFileSync(join(path, 'meta.json'), text);
    const { code, message } = problemOf(path);
    expect(code).toBe('damaged_model');
    expect(message).toContain('…/meta.json: not valid JSON: ');
    expect(message).toContain(problem);
  });

  test.each([
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('a weight of %d', (bad, found) => {
    const path = saved();
    rewriteTensors(path, (tensors) => {
      tensors[1].values[2] = bad;
      return tensors;
    });
    expect(problemOf(path)).toEqual({
      code: 'damaged_model',
      message: `…/${WEIGHTS_FILE}: tensor "embedding.prefix3.weight" holds ${found} at 2`,
    });
  });

  test.each<[string, (tensors: Tensor[]) => Tensor[], string]>([
    ['a tensor too few', (tensors) => tensors.slice(1), 'tensor "embedding.word.weight" is missing'],
    [
      'a tensor too many',
      (tensors) => [...tensors, { name: 'more', shape: [1], values: Float32Array.of(1) }],
      'tensor "more" belongs to no parameter of this network',
    ],
    [
      'a tensor turned on its side',
      (tensors) => tensors.map((tensor) => ({ ...tensor, shape: [...tensor.shape].reverse() })),
      'tensor "embedding.word.weight" has shape (5, 15), expected (15, 5)',
    ],
  ])('%s', (_, change, problem) => {
    const path = saved();
    rewriteTensors(path, change);
    expect(problemOf(path)).toEqual({ code: 'damaged_model', message: `…/${WEIGHTS_FILE}: ${problem}` });
  });

  test.each([
    [{ labels: 'PER', words: [], shapes: [] }, 'damaged_model', '…/vocab.json: labels: expected a list of strings'],
    [{ labels: ['PER'], words: [1], shapes: [] }, 'damaged_model', '…/vocab.json: words: expected a list of strings'],
    [{ labels: ['PER'], words: [] }, 'damaged_model', '…/vocab.json: shapes: expected a list of strings'],
    [
      { labels: ['PER'], words: [], shapes: [], characters: 'abc' },
      'damaged_model',
      '…/vocab.json: characters: expected a list of strings',
    ],
    [
      { labels: ['PER'], words: ['<unknown word>', 'ana'], shapes: [''] },
      'damaged_model',
      `…/${WEIGHTS_FILE}: tensor "embedding.word.weight" has shape (15, 5), expected (2, 5)`,
    ],
    [
      { labels: [], words: [], shapes: [] },
      'incompatible_model',
      '…: "labels" must hold at least one label, found none',
    ],
    [
      { labels: ['two words'], words: [], shapes: [] },
      'incompatible_model',
      '…: expected a label of 1 to 64 characters without white space or control characters, found "two words"',
    ],
  ])('a vocab.json of %j, its hash put right', (vocab, code, message) => {
    const path = saved();
    rewrite(path, 'vocab.json', JSON.stringify(vocab));
    expect(problemOf(path)).toEqual({ code, message });
  });

  test.each([
    [
      '{"model": {"hidden_size": 6, "mystery": 1}, "training": {}}',
      'incompatible_model',
      '…: config.json: there is no option "mystery"',
    ],
    [
      '{"model": {"hidden_size": -1}, "training": {}}',
      'incompatible_model',
      '…: config.json: "hidden_size" must be a whole number from 1 to 4096, found -1',
    ],
    ['{"model": {"__proto__": {"x": 1}}, "training": {}}', 'incompatible_model', 'there is no option "__proto__"'],
    [
      '{"model": {"word_dimension": 0, "char_filters": 0}, "training": {}}',
      'incompatible_model',
      'at least one of word_dimension, affix_dimension, shape_dimension and char_filters must be above 0',
    ],
    ['{"training": {}}', 'damaged_model', 'model: expected a JSON object, found nothing'],
  ])('a config.json of %s, its hash put right', (config, code, message) => {
    const path = saved();
    rewrite(path, 'config.json', config);
    const found = problemOf(path);
    expect(found.code).toBe(code);
    expect(found.message).toContain(message);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test.each([[[1, -1]], [[0.5]], [[2 ** 32]], [['1']], ['x'], [null]])('hashes of names such as %j', (entities) => {
    const path = saved();
    rewrite(path, 'vocab.json', JSON.stringify({ ...json(join(path, 'vocab.json')), entities }));
    expect(problemOf(path)).toEqual({
      code: 'damaged_model',
      message: '…/vocab.json: entities: expected a list of whole numbers of 32 bits',
    });
  });

  test.each([
    '{"temperature":0.04}',
    '{"temperature":21}',
    '{"temperature":"1"}',
    '{"temperature":null}',
    '{}',
    '[]',
    'null',
  ])('a calibration of %s', (calibration) => {
    const path = saved();
    rewrite(path, 'config.json', `{"model": {}, "training": {}, "calibration": ${calibration}}`);
    expect(problemOf(path)).toEqual({
      code: 'incompatible_model',
      message: `…: config.json: "calibration" must hold a "temperature" from 0.05 to 20 and may hold a "memory" from 0 to 2, found ${calibration}`,
    });
  });

  test('a file that cannot be read', () => {
    const path = saved();
    rmSync(join(path, 'vocab.json'));
    mkdirSync(join(path, 'vocab.json'));
    const { code, message } = problemOf(path);
    expect(code).toBe('io_error');
    expect(message).toMatch(/^…\/vocab\.json: cannot read: it is a directory$/);
  });
});

describe('saving', () => {
  test('replaces a model, and leaves nothing beside it', () => {
    const path = saved(tinyModel({ seed: 1 }));
    const second = tinyModel({ seed: 2, config: { hidden_size: 4 } });
    saveModel(path, second, { training: {} }, DESCRIPTION);
    expect(savedParameters(load(path).model)).toEqual(savedParameters(second));
    expect(readdirSync(join(path, '..'))).toEqual(['names']);
    expect(readdirSync(path).sort()).toEqual([...FILES].sort());
  });

  test('makes the directories above', () => {
    const path = join(temporaryDirectory(), 'a', 'b', 'names');
    saveModel(path, tinyModel(), { training: {} }, DESCRIPTION);
    expect(isModelDirectory(path)).toBe(true);
  });

  test('takes an empty directory', () => {
    const path = join(temporaryDirectory(), 'names');
    mkdirSync(path);
    saveModel(path, tinyModel(), { training: {} }, DESCRIPTION);
    expect(isModelDirectory(path)).toBe(true);
  });

  test('never replaces a directory that is no model', () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'thesis.txt'), 'years of work');
    const refusal = {
      code: 'io_error',
      message: expect.stringContaining(`${path}: expected a new or empty directory`),
    };
    expect(thrownBy(() => assertWritableModelPath(path))).toMatchObject(refusal);
    expect(thrownBy(() => saveModel(path, tinyModel(), { training: {} }, DESCRIPTION))).toMatchObject(refusal);
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });

  test('never replaces a file', () => {
    const path = join(temporaryDirectory(), 'file');
    writeFileSync(path, 'x');
    expect(thrownBy(() => assertWritableModelPath(path)).message).toContain(
      'found something else; nothing was overwritten',
    );
    expect(thrownBy(() => saveModel(path, tinyModel(), { training: {} }, DESCRIPTION)).code).toBe('io_error');
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  test('says where it cannot write', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, 'x');
    const error = thrownBy(() => saveModel(join(file, 'names'), tinyModel(), { training: {} }, DESCRIPTION));
    expect(error.code).toBe('io_error');
    expect(error.message).toMatch(/file\/names: cannot write: ENOTDIR/);
  });

  test('that fails half-way leaves the old model as it was', () => {
    const path = saved();
    const before = readFileSync(join(path, 'meta.json'));
    const error = thrownBy(() =>
      replaceDirectory(path, { 'meta.json': new Uint8Array(1), 'no/such/place': new Uint8Array(1) }),
    );
    expect(error.code).toBe('io_error');
    expect(error.message).toMatch(/names: cannot write: ENOENT/);
    expect(readFileSync(join(path, 'meta.json'))).toEqual(before);
    expect(readdirSync(join(path, '..'))).toEqual(['names']);
  });
});

test('isModelDirectory, assertWritableModelPath', () => {
  const path = saved();
  expect(isModelDirectory(path)).toBe(true);
  expect(isModelDirectory(join(path, 'none'))).toBe(false);
  expect(existsSync(join(path, 'none'))).toBe(false);
  assertWritableModelPath(path);
  assertWritableModelPath(join(path, '..', 'new'));
  rmSync(join(path, 'vocab.json'));
  expect(isModelDirectory(path)).toBe(false);
  expect(thrownBy(() => assertWritableModelPath(path)).code).toBe('io_error');
});
