import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { counted } from '#base/counted.js';
import { AppError } from '#base/errors.js';
import { percent } from '#base/percent.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import type { RemarkReport, RunReport, RunResult } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import type { UnlabelledText } from './unlabelled-text.js';

/** Sentences of the unlabelled text that a teacher tags: the first ones that differ. */
const MOST_SENTENCES = 12_000;
/** Longer ones are lists, shorter ones say nothing. */
const WORDS = { least: 3, most: 80 };
/** P(all tags | sentence) from which a sentence is learned from, as measured (docs/quality.md). */
const LEAST_PROBABILITY = 0.3;
/** How often each annotated sentence stands beside those of the teacher. */
const REPEATS = 4;
/** Sentences tagged between two looks at the signal. */
const STEP = 100;

/** Settings of the network that learns from many sentences of a teacher, over those for the few that were annotated. */
export const STUDENT_TRAINING = { batch_size: 32, max_epochs: 0, patience: 8, weight_average: 0.999 } as const;

export interface SelfTrainingInput {
  readonly train: CorpusPart;
  readonly unlabelled: UnlabelledText;
  /** Trains the teacher, from `train` alone, into this directory. */
  readonly teach: (output: string) => AsyncGenerator<RunReport, RunResult>;
  /** Where the student will be; the teacher lies beside it while it is needed. */
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Self-training (Yarowsky 1995; as a noisy student Xie et al. 2020, https://arxiv.org/abs/1911.04252): a first network, the
 * teacher, whose weights are averaged, tags unlabelled sentences; those that it is sure enough of as a whole are learned from
 * like annotated ones by a second, under dropout.
 *
 * @returns What the second network is to learn from.
 * @throws {AppError} `interrupted`, what the training throws and what reading the text throws.
 */
export async function* learnFromTeacher({
  train,
  unlabelled,
  teach,
  output,
  signal,
}: SelfTrainingInput): AsyncGenerator<RunReport | RemarkReport, CorpusPart> {
  const directory = `${output}.teacher`;
  for (const _ of unlabelled.sentences()) break; // what is no text is said before minutes of training
  try {
    yield { type: 'remark', message: 'A first network learns to tag the unlabelled text:' };
    const { dev } = yield* teach(directory);
    const tagger = await loadTagger(directory);
    const tagged = await tagSurely(tagger, { train, unlabelled, signal });
    const names = tagged.reduce((sum, { tags }) => sum + tags.filter((tag) => tag.startsWith('B-')).length, 0);
    yield {
      type: 'remark',
      message:
        `It makes F1 ${percent(dev.micro.f1)} on dev, and is sure of ${counted(tagged.length, 'unlabelled sentence')} with ` +
        `${counted(names, 'name')}. A second network learns from them and from the annotated ones:`,
    };
    const annotated = Array.from({ length: REPEATS }, () => train.sentences).flat();
    return {
      ...train,
      name: `${train.name} and ${counted(tagged.length, 'sentence')} of ${unlabelled.name}`,
      sentences: [...annotated, ...tagged],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function tagSurely(
  tagger: Tagger,
  { train, unlabelled, signal }: Pick<SelfTrainingInput, 'train' | 'unlabelled' | 'signal'>,
): Promise<LabelledSentence[]> {
  const known = new Set(train.sentences.map(({ words }) => sentenceKey(words)));
  let document = train.sentences.reduce((most, sentence) => Math.max(most, sentence.document), 0);
  const sure: LabelledSentence[] = [];
  let read = 0;
  for (const words of unlabelled.sentences()) {
    if (words.length < WORDS.least || words.length > WORDS.most) continue;
    const key = sentenceKey(words);
    if (known.has(key)) continue;
    known.add(key);
    const [best] = tagger.nBest(words, 1);
    if (best.probability >= LEAST_PROBABILITY) {
      const tags = words.map(() => 'O');
      for (const { label, startToken, endToken } of best.spans)
        for (let t = startToken; t < endToken; t++) tags[t] = `${t === startToken ? 'B' : 'I'}-${label}`;
      sure.push({ words, tags, document: ++document, source: { file: unlabelled.name, line: read + 1 } });
    }
    if (++read === MOST_SENTENCES) break;
    if (read % STEP !== 0) continue;
    await setImmediate();
    if (signal?.aborted)
      throw new AppError('interrupted', 'training: interrupted while unlabelled text was tagged; nothing was kept');
  }
  return sure;
}
