/** Reading many small things one after the other without waiting for each: a few reads are always under way. */

/** The results for the items, in their order, with at most `most` reads under way. A read that fails is thrown in its turn. */
export async function* readAhead<In, Out>(
  items: Iterable<In>,
  most: number,
  read: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const underway: Promise<Out>[] = [];
  for (const item of items) {
    const reading = read(item);
    // It is thrown when its turn comes; until then, and when nobody goes on, it is not unhandled.
    reading.catch(() => undefined);
    underway.push(reading);
    if (underway.length >= most) yield (await underway.shift()) as Out;
  }
  for (const reading of underway) yield await reading;
}
