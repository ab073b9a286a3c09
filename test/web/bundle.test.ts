/** What a tab is asked to hold of a bundle: no more than it can. */
import { describe, expect, it } from 'vitest';
import { blobSink } from '../../web/views/check/bundle.ts';

describe('a bundle that comes', () => {
  it('is kept as it came, up to what the tab can hold', async () => {
    const sink = blobSink(5);
    const chunk = Uint8Array.of(1, 2, 3);
    await sink.write(chunk);
    chunk.fill(9);
    await expect(sink.write(chunk)).rejects.toMatchObject({ trouble: { kind: 'tooLarge' } });
    expect(await sink.blob().bytes()).toEqual(Uint8Array.of(1, 2, 3));
  });
});
