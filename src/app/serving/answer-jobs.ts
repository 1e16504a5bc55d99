import { loadPhoneFinder } from '#app/redaction/personal-data.js';
import { type StretchOptions, stretchesToHide } from '#app/redaction/redactor.js';
import { doubtOf } from '#tagging/tagger/doubt.js';
import type { TaggedText, Tagger } from '#tagging/tagger/entity.js';
import { tagResult } from '#tagging/tagger/tag-response.js';
import { type Failure, failureOf } from './failure.js';
import { huggingFaceEntities } from './hugging-face-answer.js';
import type { AnswerForm, JobAnswer, JobOutput, TagJob } from './tagging.js';

type Input = string | readonly string[];

/** UTF-16 units that are tagged before anyone is asked whether the answer is still wanted. */
const UNITS_PER_TURN = 50_000;

/** What is said of one job. */
export type AnsweredJob = Pick<JobAnswer, 'outputs' | 'ms' | 'tokens'>;

/**
 * Answers jobs that came together: the texts of small ones are tagged in one batch, which is quicker and gives the same
 * names as one by one.
 */
export function answerJobs(tagger: Tagger, jobs: readonly TagJob[]): AnsweredJob[] {
  const startMs = performance.now();
  const answers: AnsweredJob[] = new Array(jobs.length);
  for (const indices of alike(jobs)) {
    const group = indices.map((index) => jobs[index]);
    const inputs = group.flatMap(inputsOf);
    const tagged = tagTogether(tagger, inputs, group[0]);
    let at = 0;
    for (const [i, index] of indices.entries()) {
      const count = inputsOf(group[i]).length;
      const own = tagged.slice(at, at + count);
      at += count;
      answers[index] = { ...outputsOf(own, formOf(group[i], tagger)), ms: 0 };
    }
  }
  const ms = elapsed(startMs);
  return answers.map((answer) => ({ ...answer, ms }));
}

/** Answers one job of any size, turn by turn, so that it can be given up in between. */
export function* answerInTurns(tagger: Tagger, job: TagJob): Generator<undefined, AnsweredJob> {
  const startMs = performance.now();
  const outputs: (JobOutput | Failure)[] = [];
  let tokens = 0;
  for (const turn of turnsOf(inputsOf(job))) {
    const answered = outputsOf(tagTogether(tagger, turn, job), formOf(job, tagger));
    outputs.push(...answered.outputs);
    tokens += answered.tokens;
    yield;
  }
  return { outputs, tokens, ms: elapsed(startMs) };
}

/** What a job asks for, and how the tags of this model are written. */
function formOf({ form }: TagJob, { isPlain }: Tagger): AnswerForm {
  return form.kind === 'result' || form.kind === 'huggingFace' ? { ...form, isPlain } : form;
}

/** UTF-16 units of all that a job brings. */
export function unitsOf({ inputs }: TagJob): number {
  if ('texts' in inputs) return inputs.texts.reduce((sum, text) => sum + text.length, 0);
  return inputs.sentences.reduce((sum, words) => sum + lengthOf(words), 0);
}

/** Indices of jobs that may be tagged together, group by group. */
function alike(jobs: readonly TagJob[]): Iterable<number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { inputs, options }] of jobs.entries()) {
    const key = [
      'texts' in inputs,
      options.threshold ?? 0,
      options.alternatives ?? false,
      options.memory ?? true,
      options.input ?? 'text',
    ].join();
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return groups.values();
}

function inputsOf({ inputs }: TagJob): readonly Input[] {
  return 'texts' in inputs ? inputs.texts : inputs.sentences;
}

function* turnsOf(inputs: readonly Input[]): Generator<Input[]> {
  let turn: Input[] = [];
  let units = 0;
  for (const input of inputs) {
    turn.push(input);
    units += lengthOf(input);
    if (units < UNITS_PER_TURN) continue;
    yield turn;
    turn = [];
    units = 0;
  }
  if (turn.length > 0) yield turn;
}

/** All at once, for speed; one by one only to find which of them fails. */
function tagTogether(
  tagger: Tagger,
  inputs: readonly Input[],
  { inputs: kind, options }: TagJob,
): (TaggedText | Failure)[] {
  const tag = (some: readonly Input[]): TaggedText[] =>
    'texts' in kind
      ? tagger.tagAll(some as readonly string[], options)
      : tagger.tagWords(some as readonly (readonly string[])[], options);
  try {
    return tag(inputs);
  } catch (error) {
    if (inputs.length === 1) return [failureOf(error)];
    return inputs.map((input) => {
      try {
        return tag([input])[0];
      } catch (own) {
        return failureOf(own);
      }
    });
  }
}

function outputsOf(tagged: readonly (TaggedText | Failure)[], form: AnswerForm): Omit<AnsweredJob, 'ms'> {
  let tokens = 0;
  const outputs = tagged.map((one): JobOutput | Failure => {
    if ('failure' in one) return one;
    tokens += one.tokens.length;
    if (form.kind === 'names') return { text: one.text, entities: one.entities };
    return JSON.stringify(bodyOf(one, form));
  });
  return { outputs, tokens };
}

function bodyOf(tagged: TaggedText, form: Exclude<AnswerForm, { kind: 'names' }>): unknown {
  switch (form.kind) {
    case 'result':
      return tagResult(tagged, form);
    case 'huggingFace':
      return huggingFaceEntities(tagged, form);
    case 'doubt':
      return doubtOf(tagged);
    case 'stretches':
      return stretchesToHide(tagged, { ...form, ...phonesOf(form) }).map(({ start, end, label }) => [
        start,
        end,
        label,
      ]);
  }
}

/** Milliseconds that the telephone numbers of a text may take. */
const PHONES_MS = 5000;

function phonesOf({ kinds, region }: Extract<AnswerForm, { kind: 'stretches' }>): Pick<StretchOptions, 'phones'> {
  const phones = kinds.includes('PHONE_NUMBER') ? loadPhoneFinder({ region, mostMs: PHONES_MS }) : undefined;
  return phones === undefined ? {} : { phones };
}

function lengthOf(input: Input): number {
  if (typeof input === 'string') return input.length;
  return input.reduce((sum, word) => sum + word.length, Math.max(0, input.length - 1));
}

function elapsed(startMs: number): number {
  return Math.round((performance.now() - startMs) * 100) / 100;
}
