/** The usual side of an export: every blob gunzipped, every record parsed, looked at and written again, the whole gzipped. */
import { createReadStream } from 'node:fs';
import { createGunzip, createGzip } from 'node:zlib';
import { splitLines } from '../../../shared/archive/segment.ts';
import { openArchive, RANGE, rawBytesOf, report } from './side.ts';

const { segments, files } = await openArchive();
const [from, to] = [Date.parse(RANGE.from), Date.parse(RANGE.to)];

await report(async () => {
  const gzip = createGzip();
  let [sentBytes, records] = [0, 0];
  gzip.on('data', (chunk: Buffer) => {
    sentBytes += chunk.length;
  });
  const ended = new Promise((resolve) => gzip.once('end', resolve));
  for (const file of files) {
    for await (const line of splitLines(createReadStream(file).pipe(createGunzip()))) {
      const record = JSON.parse(line.toString('utf8')) as { createdDateTime: string };
      const time = Date.parse(record.createdDateTime);
      if (time < from || time >= to) continue;
      records += 1;
      if (!gzip.write(`${JSON.stringify(record)}\n`)) await new Promise((resolve) => gzip.once('drain', resolve));
    }
  }
  gzip.end();
  await ended;
  return { records, rawBytes: rawBytesOf(segments), sentBytes };
});
