import type { Chunk, ChunkResult } from './chunk.js';

/** Who tags chunks: threads of this process, or workers that take them from a queue. */
export interface Executor {
  /** How many chunks are worth handing out at once. */
  readonly width: number;
  /**
   * Tags a chunk, elsewhere. A chunk whose worker dies is tried anew, up to {@link MAX_ATTEMPTS} times, and then comes back
   * as failed: one bad text cannot hold up the others.
   */
  submit(chunk: Chunk): Promise<ChunkResult>;
  close(): Promise<void>;
}

export const MAX_ATTEMPTS = 3;
