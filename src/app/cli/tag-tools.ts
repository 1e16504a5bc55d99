import type { TaggedText, Tagger } from '#tagging/tagger/entity.js';
import { elapsedMs, tagResponse } from '#tagging/tagger/tag-response.js';
import type { TagCommandOptions, TagInputKind } from './tag-options.js';

/** Something to tag, wherever it comes from. */
export interface Source {
  /** For messages. */
  readonly name: string;
  /** One after another, as they come in. */
  lines(): AsyncIterable<string>;
  all(): Promise<string>;
}

/** What tags a text of a kind, and what its answer is. */
export interface TagTools {
  readonly tagger: Tagger;
  readonly options: TagCommandOptions;
  readonly threshold: number;
  tag(text: string): TaggedText;
  response(tag: () => TaggedText): object;
  /** Takes output as it is made. */
  write(text: string): void;
}

/** A text in memory as a source. */
export function sourceOf(name: string, text: string): Source {
  return {
    name,
    async *lines() {
      yield* text.replace(/\r?\n$/, '').split(/\r?\n/);
    },
    all: async () => text,
  };
}

export function tagTools(
  tagger: Tagger,
  options: TagCommandOptions,
  kind: TagInputKind,
  write: TagTools['write'],
): TagTools {
  const { threshold } = options;
  const input = kind === 'html' || kind === 'markdown' ? kind : 'text';
  return {
    tagger,
    options,
    threshold,
    tag: (text) => tagger.tag(text, { threshold, memory: options.memory === 'on', input }),
    response(tag) {
      const start = performance.now();
      const tagged = tag();
      const { offsetUnit } = options;
      const body = { model: tagger.model, offsetUnit, withText: false, withTokens: false };
      return tagResponse(tagged, { ...body, ms: elapsedMs(start) });
    },
    write,
  };
}
