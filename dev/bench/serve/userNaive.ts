/** A script as one writes it: gunzip, line by line, `JSON.parse`. Not with `readline`, which cuts lines at U+2028 too. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { splitLines } from '../../../shared/archive/segment.ts';
import { openArchive, rawBytesOf, report, USER } from './side.ts';

const { segments, files } = await openArchive();

await report(async () => {
  let [records, sentBytes] = [0, 0];
  for (const file of files) {
    for await (const line of splitLines(createReadStream(file).pipe(createGunzip()))) {
      if ((JSON.parse(line.toString('utf8')) as { userPrincipalName?: string }).userPrincipalName !== USER) continue;
      records += 1;
      sentBytes += line.length + 1;
    }
  }
  return { records, rawBytes: rawBytesOf(segments), sentBytes };
});
