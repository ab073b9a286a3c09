/**
 * Fetching ahead of need: the next few of a row of things are under way while the first is used, in order, and never more
 * bytes at once than allowed.
 */
export interface Limits {
  readonly most: number;
  readonly bytes: number;
}

/**
 * @param sizeOf bytes that a thing will take.
 * @param fetch brings one thing; what it throws comes out where the thing would have.
 */
export async function* prefetched<T, V>(
  things: AsyncIterable<T>,
  sizeOf: (thing: T) => number,
  fetch: (thing: T) => Promise<V>,
  limits: Limits,
): AsyncGenerator<V> {
  const source = things[Symbol.asyncIterator]();
  const underWay: { readonly bytes: number; readonly value: Promise<V> }[] = [];
  let [bytes, ended] = [0, false];
  try {
    for (;;) {
      while (!ended && underWay.length < limits.most && (bytes < limits.bytes || underWay.length === 0)) {
        const next = await source.next();
        if (next.done) {
          ended = true;
          break;
        }
        const value = fetch(next.value);
        // It may fail long before it is waited for.
        value.catch(() => undefined);
        underWay.push({ bytes: sizeOf(next.value), value });
        bytes += sizeOf(next.value);
      }
      const first = underWay.shift();
      if (!first) return;
      const value = await first.value;
      yield value;
      bytes -= first.bytes;
    }
  } finally {
    await source.return?.();
  }
}
