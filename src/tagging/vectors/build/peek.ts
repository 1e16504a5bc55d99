export interface Peeked {
  /** As many bytes as were asked for, or more; fewer if there are no more. */
  readonly head: Uint8Array;
  /** All bytes, those of the head again. */
  readonly all: AsyncIterable<Uint8Array>;
  /** Lets the source end, however much of it was read. */
  close(): Promise<void>;
}

/** The first bytes, for telling a format before it is read. */
export async function peek(chunks: AsyncIterable<Uint8Array>, least: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = new Uint8Array(0);
  while (head.length < least) {
    const { value, done } = await iterator.next();
    if (done) break;
    const both = new Uint8Array(head.length + value.length);
    both.set(head);
    both.set(value, head.length);
    head = both;
  }
  return {
    head,
    all: startingWith(head, iterator),
    async close() {
      await iterator.return?.();
    },
  };
}

async function* startingWith(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
