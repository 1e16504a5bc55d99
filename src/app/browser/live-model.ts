import { loadTagger } from '#app/export/browser-tagger.js';
import { explainName, type Place } from '#app/shared/explain-name.js';
import { whyTold } from '#app/shared/why-told.js';
import type { WhyTold } from '#app/shared/why-view.js';
import { supports } from '#engine/kernels/simd/support.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { createLiveTagging, type LiveTagging } from './live-tagging.js';

/** A model in this page. */
export interface LiveModel {
  readonly spec: string;
  readonly tagger: Tagger;
  readonly live: LiveTagging;
  /** As the server would tell it. @throws {Error} with a sentence for the reader. */
  why(text: string, place: Place): WhyTold;
}

/** Where a model's files are, by its hash, so that browsers may keep them for ever. */
export interface ModelAddress {
  readonly id: string;
  readonly version: number;
  readonly sha256: string;
}

/**
 * Loads a model into the page; every byte is compared with the hashes of its record, and its weights with the one that the
 * server names.
 *
 * @throws {Error} with a sentence for the reader.
 */
export async function loadLiveModel({ id, version, sha256 }: ModelAddress): Promise<LiveModel> {
  const spec = `${id}@${version}`;
  const tagger = await loadTagger(`/models/${encodeURIComponent(spec)}/files/${sha256}/`, {
    identity: { id, version },
  });
  if (tagger.model.sha256 !== sha256) throw new Error(`${spec}: the files that came are those of another model.`);
  return {
    spec,
    tagger,
    live: createLiveTagging(tagger),
    why: (text, place) => whyTold(tagger.model, explainName(tagger, text, place)),
  };
}

/** What this browser lacks, as a sentence; '' if nothing. */
export function shortcoming(): string {
  return supports('simd') ? '' : ' This browser has no WebAssembly SIMD, so it takes many times longer.';
}
