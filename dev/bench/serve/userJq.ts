/** `zcat | jq`, both at once. */
import { spawn } from 'node:child_process';
import { openArchive, rawBytesOf, report, USER } from './side.ts';

const { segments, files } = await openArchive();

await report(async () => {
  const script = 'zcat "$@" | jq -c --arg user "$USER_NAME" "select(.userPrincipalName == \\$user)"';
  const env = { ...process.env, USER_NAME: USER };
  const child = spawn('sh', ['-c', script, 'sh', ...files], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let [records, sentBytes] = [0, 0];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    records += chunk.filter((byte) => byte === 10).length;
    sentBytes += chunk.length;
  }
  return { records, rawBytes: rawBytesOf(segments), sentBytes };
});
