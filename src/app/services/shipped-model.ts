import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ModelRecord } from '#app/store/models.js';
import { AppError, messageOf } from '#base/errors.js';
import { isModelDirectory } from '#tagging/model/model-directory.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import { SHIPPED_MODEL } from './paths.js';

/**
 * The model that comes with the program, described as registered ones are, with version 0, which no registered one has;
 * undefined where there is none.
 *
 * @throws {AppError} `damaged_model` if its meta.json cannot be read.
 */
export function readShippedModel(path: string = SHIPPED_MODEL): ModelRecord | undefined {
  if (!isModelDirectory(path)) return undefined;
  const meta = readMeta(join(path, 'meta.json'));
  const { overall_precision, overall_recall, overall_f1 } = meta.performance.dev as Readonly<Record<string, number>>;
  return {
    name: basename(path),
    version: 0,
    path,
    weightsSha256: meta.weights_sha256,
    dataSha256: meta.data_sha256,
    labels: meta.labels,
    scores: { precision: overall_precision, recall: overall_recall, f1: overall_f1 },
    config: {},
    createdAt: meta.created,
  };
}

/**
 * The shipped model, read when it is first asked for and then kept: its files belong to the program, which does not change
 * while it runs. Throws every time if it is damaged.
 */
export function shippedOnce(): () => ModelRecord | undefined {
  let answer: (() => ModelRecord | undefined) | undefined;
  return () => {
    if (answer === undefined) {
      try {
        const record = readShippedModel();
        answer = () => record;
      } catch (error) {
        answer = () => {
          throw error;
        };
      }
    }
    return answer();
  };
}

type KnownMeta = Pick<ModelMeta, 'weights_sha256' | 'data_sha256' | 'labels' | 'performance' | 'created'>;

function readMeta(path: string): KnownMeta {
  try {
    const meta = JSON.parse(readFileSync(path, 'utf8')) as Partial<KnownMeta> | null;
    if (
      typeof meta?.weights_sha256 === 'string' &&
      typeof meta.data_sha256 === 'string' &&
      Array.isArray(meta.labels) &&
      typeof meta.performance?.dev === 'object' &&
      typeof meta.created === 'string'
    )
      return meta as KnownMeta;
  } catch (cause) {
    throw new AppError('damaged_model', `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  }
  throw new AppError('damaged_model', `${path}: expected hashes, labels, scores and a date, found something else`);
}
