/** Our side of an export: the production flow, as one gzip member or as it is, to a reader that takes everything. */
import { setTimeout as pause } from 'node:timers/promises';
import { exportRange } from '../../../shared/export.ts';
import { gzipped, inflated } from '../../../shared/serve/encode.ts';
import { LOG_TYPE } from '../window.ts';
import { openArchive, RANGE, rawBytesOf, report } from './side.ts';

const encode = process.env.BENCH_PLAIN === '1' ? inflated : gzipped;
const repeats = Number(process.env.BENCH_REPEATS ?? 1);
/** Of a slow reader: milliseconds between two megabytes, of the first hundred. */
const slow = Number(process.env.BENCH_SLOW ?? 0);
const { deps, segments } = await openArchive();

async function once(): Promise<number> {
  const { pieces } = await exportRange(deps, LOG_TYPE, { range: RANGE, versions: 'latest' });
  let sent = 0;
  for await (const chunk of encode(pieces)) {
    const megabytes = Math.floor((sent + chunk.length) / 1e6) - Math.floor(sent / 1e6);
    sent += chunk.length;
    if (slow > 0 && megabytes > 0 && sent < 100e6) await pause(megabytes * slow);
  }
  return sent;
}

// The index of blocks and the code are warm in an app that runs.
await once();
await report(async () => {
  let sentBytes = 0;
  for (let n = 0; n < repeats; n += 1) sentBytes += await once();
  const records = segments.reduce((sum, segment) => sum + segment.records, 0);
  return { records: repeats * records, rawBytes: repeats * rawBytesOf(segments), sentBytes };
});
