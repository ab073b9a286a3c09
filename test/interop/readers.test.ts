/**
 * Readers that others wrote: each gets the same bytes from the gzip that is spliced of stored blocks as from the answer
 * as it is. Concatenated members would be cut off by half of them, without a word.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyWorld } from '../support/busyWorld.ts';
import { commitRows } from '../support/commits.ts';
import { type ExportServer, startExportServer } from '../support/exportServer.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';

let folder: string;
const servers: ExportServer[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-readers-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const server of servers) await server.close();
});

/** Four untouched hours. */
async function calmWorld(): Promise<{ world: World }> {
  const { world, type } = worldOf('directoryAudits');
  await commitRows(world, type, rows(type, 3600, '2026-11-20T06:00:00Z', 4, 'first'), 'hours');
  return { world };
}

/** A program that writes the whole export to `out`, given its URL; what it does beyond that must go well too. */
const READERS: readonly (readonly [what: string, script: string])[] = [
  ['curl --compressed', 'curl -sS --compressed "$URL" -o out'],
  [
    'curl and gunzip',
    'curl -sS -H "Accept-Encoding: gzip" "$URL" -o out.gz && gzip -t out.gz && gunzip -c out.gz > out',
  ],
  ['curl and zcat', 'curl -sS -H "Accept-Encoding: gzip" "$URL" | zcat > out'],
  [
    "Python's gzip",
    `python3 -c 'import gzip,os,urllib.request as u
r = u.urlopen(u.Request(os.environ["URL"], headers={"Accept-Encoding": "gzip"}))
assert r.headers["Content-Encoding"] == "gzip"
open("out", "wb").write(gzip.decompress(r.read()))'`,
  ],
  [
    "Python's zlib, which reads one member and says what is left",
    `python3 -c 'import os,urllib.request as u,zlib
d = zlib.decompressobj(31)
b = u.urlopen(u.Request(os.environ["URL"], headers={"Accept-Encoding": "gzip"})).read()
open("out", "wb").write(d.decompress(b) + d.flush())
assert d.eof and d.unused_data == b""'`,
  ],
];

const RANGES = [
  ['of whole hours', 'from=2026-11-20T06:00:00Z&to=2026-11-20T10:00:00Z'],
  ['that cuts hours', 'from=2026-11-20T06:17:31.5Z&to=2026-11-20T09:00:00.0000001Z'],
  ['with every version', 'from=2026-11-20&to=2026-11-21&versions=all'],
  ['with a filter', "from=2026-11-20&to=2026-11-21&filter=startswith(id,'late')%20or%20x%20ne%200"],
  ['of nothing', 'from=2026-11-01&to=2026-11-02'],
] as const;

describe.each([
  ['untouched hours', calmWorld],
  ['late segments and changed records in every hour', busyWorld],
])('an export of %s', (_what, make) => {
  let server: ExportServer;
  beforeAll(async () => {
    server = await startExportServer((await make()).world);
    servers.push(server);
  }, 60_000);

  it.each(RANGES)('%s is read whole by everybody', async (_range, query) => {
    const url = `${server.url}/api/logs/directoryAudits?${query}`;
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const wanted = Buffer.from(await plain.arrayBuffer());
    for (const [reader, script] of READERS) {
      writeFileSync(join(folder, 'out'), 'nothing was written');
      const { status, stderr } = await run(script, url);
      expect([reader, status, stderr]).toEqual([reader, 0, '']);
      expect([reader, readFileSync(join(folder, 'out')).equals(wanted)]).toEqual([reader, true]);
    }
  });
});

/** Runs a shell script in the folder. Not `spawnSync`: the server it asks runs in this process. */
async function run(script: string, url: string): Promise<{ status: number | null; stderr: string }> {
  const child = spawn('sh', ['-c', script], { cwd: folder, env: { ...process.env, URL: url } });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stderr };
}
