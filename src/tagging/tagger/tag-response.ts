import { createOffsetConverter, type OffsetUnit } from '#annotation/text/offset-units.js';
import {
  type Entity,
  type EntitySource,
  type ModelIdentity,
  type TaggedText,
  type TaggedToken,
  writtenTag,
} from './entity.js';

/** What is answered of one text. Offsets count in the unit that was asked for; the end is exclusive. */
export interface TagResult {
  /** Only when the request held tokens: they joined by single spaces, what the offsets count in. */
  readonly text?: string;
  readonly text_length: number;
  readonly entities: readonly EntityBody[];
  readonly tokens?: readonly TokenBody[];
}

export interface EntityBody {
  readonly text: string;
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly token_start: number;
  readonly token_end: number;
  readonly source: EntitySource;
  readonly alternatives?: readonly { readonly label: string; readonly score: number }[];
}

export type TokenBody = TaggedToken;

/** The whole answer to one text, of the server and of the command line alike. */
export interface TagResponse extends TagResult {
  readonly model: ModelIdentity;
  readonly offset_unit: OffsetUnit;
  /** Milliseconds spent on tagging. */
  readonly ms: number;
}

export interface TagResultOptions {
  /** Of the tagger; false unless told. */
  readonly isPlain?: boolean;
  readonly offsetUnit: OffsetUnit;
  readonly withText: boolean;
  readonly withTokens: boolean;
}

export interface TagResponseOptions extends TagResultOptions {
  readonly model: ModelIdentity;
  readonly ms: number;
}

export function tagResponse(tagged: TaggedText, { model, ms, ...options }: TagResponseOptions): TagResponse {
  return { model: modelBody(model), offset_unit: options.offsetUnit, ...tagResult(tagged, options), ms };
}

export function tagResult(
  tagged: TaggedText,
  { offsetUnit, withText, withTokens, isPlain = false }: TagResultOptions,
): TagResult {
  const { text, entities, tokens } = tagged;
  const offsets = createOffsetConverter(text, offsetUnit);
  const inUnit = ({ start, end }: { start: number; end: number }) => ({
    start: offsets.fromUtf16(start),
    end: offsets.fromUtf16(end),
  });
  return {
    ...(withText ? { text } : {}),
    text_length: offsets.length,
    entities: entities.map((entity) => entityBody(entity, inUnit(entity))),
    ...(withTokens
      ? {
          tokens: tokens.map(({ text: word, tag, score, ...token }) => ({
            text: word,
            ...inUnit(token),
            tag: writtenTag(tag, isPlain),
            score,
          })),
        }
      : {}),
  };
}

function entityBody(entity: Entity, { start, end }: { start: number; end: number }): EntityBody {
  const { text, label, score, tokenStart, tokenEnd, source, alternatives } = entity;
  return {
    text,
    label,
    start,
    end,
    score,
    token_start: tokenStart,
    token_end: tokenEnd,
    source,
    ...(alternatives === undefined ? {} : { alternatives }),
  };
}

/** Milliseconds since `startMs` of `performance.now()`, to a hundredth. */
export function elapsedMs(startMs: number): number {
  return Math.round((performance.now() - startMs) * 100) / 100;
}

export function modelBody({ id, version, sha256 }: ModelIdentity): ModelIdentity {
  return { id, version, sha256 };
}
