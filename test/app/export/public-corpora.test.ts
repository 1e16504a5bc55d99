import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { exportModule } from '#app/export/export-module.js';
import { exportOnnx } from '#app/export/export-onnx.js';
import { createOnnxTagger, type OnnxTagger } from '#app/export/onnx-runtime.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { loadModelTagger } from '#tagging/tagger/load-tagger.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';
import { areCorporaThere, CORPORA } from '../../helpers/corpora.js';

const MODEL = fileURLToPath(new URL('../../../models/names-en', import.meta.url));
const IDENTITY = { id: 'names-en', version: 0 };
/** English, and with a development part. */
const isEnglish = (name: string): boolean =>
  /(?:^|_)en(?:_|$)|^(?:broad_twitter|crossner|wnut)/.test(name) && existsSync(join(CORPORA, name, 'dev.conll'));
const NAMES = areCorporaThere ? readdirSync(CORPORA).filter(isEnglish) : [];
if (!areCorporaThere) console.log('exported models on public corpora: skipped, ONOMAST_CORPORA has none');

describe.skipIf(!areCorporaThere)('names-en, exported, finds what the program finds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onomast-exact-'));
  let program: ModelTagger;
  let module: Tagger;
  let onnx: OnnxTagger;
  beforeAll(async () => {
    ({ tagger: program } = await loadModelTagger(MODEL, { identity: IDENTITY }));
    const file = join(folder, 'tagger.mjs');
    writeFileSync(file, (await exportModule(MODEL, IDENTITY)).text);
    module = await (await import(/* @vite-ignore */ file)).loadTagger();
    const { graph, description } = exportOnnx(MODEL, IDENTITY);
    const session = await InferenceSession.create(graph);
    onnx = createOnnxTagger(JSON.parse(description), { session, Tensor } as never);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('there are corpora', () => {
    expect(NAMES.length).toBeGreaterThan(5);
  });

  test.each(NAMES)('%s, development part', async (name) => {
    const { sentences } = await readCorpusFile(join(CORPORA, name, 'dev.conll'));
    const words = sentences.map((sentence) => sentence.words);
    // As texts, several sentences each, with the memory of what a text said before.
    const texts = words.flatMap((_, i) =>
      i % 7 === 0
        ? [
            words
              .slice(i, i + 7)
              .flat()
              .join(' '),
          ]
        : [],
    );
    const spansOf = ({ entities }: ReturnType<Tagger['tag']>): string =>
      entities.map(({ start, end, label }) => `${start}-${end} ${label}`).join();
    const expected = program.tagAll(texts).map(spansOf);
    const found = module.tagAll(texts).map(spansOf);
    expect(found.flatMap((one, i) => (one === expected[i] ? [] : [texts[i]]))).toEqual([]);
    // As sentences of words, each alone.
    const tags = program
      .withMemory(0)
      .tagWords(words)
      .map(({ tokens }) => tokens.map(({ tag }) => tag).join(' '));
    const different: string[] = [];
    for (const [i, sentence] of words.entries())
      if ((await onnx.tagWords(sentence)).join(' ') !== tags[i]) different.push(sentence.join(' '));
    expect(different).toEqual([]);
  });
});
