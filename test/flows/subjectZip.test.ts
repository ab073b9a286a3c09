/** The zip of a subject request: files that are cut before they get too large, and a search that finds nothing for long. */
import { setImmediate } from 'node:timers/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSubject } from '../../shared/query/subject.ts';
import { SubjectZip } from '../../shared/subjectFiles.ts';
import { openSubject } from '../../shared/subjects.ts';
import { zipped } from '../../shared/zip.ts';
import { sleepless } from '../support/exportCalls.ts';
import { createWorld, row, type World } from '../support/flowHarness.ts';
import { everyLine } from '../support/people.ts';
import { foundIn } from '../support/subjectCalls.ts';
import { unzip } from '../support/unzip.ts';

const USER = 'anna@contoso.example';
const TERMS = { user: USER, kind: 'name', from: null, to: null, texts: true, purpose: null } as const;
const NEVER = new AbortController().signal;

async function world(records: number): Promise<World> {
  const made = createWorld({ logTypes: ['interactiveSignIns', 'riskyUsers'] });
  const type = made.logType('interactiveSignIns');
  const minutes = Array.from({ length: records }, (_, n) => new Date(Date.parse('2026-11-20T02:00:00Z') + n * 60_000));
  const rows = minutes.map((at, n) =>
    row(type, `r${n}`, at.toISOString(), undefined, `,"userPrincipalName":"${USER}"`),
  );
  made.graph.add(type.name, ...rows);
  await made.collectAll(type.name);
  return made;
}

async function zipOf({ instance, clock }: World, mostBytes?: number, sleep = sleepless): Promise<Buffer> {
  const deps = { ...instance(), clock: { ...clock, sleep } };
  const asked = {
    subject: readSubject(new URLSearchParams({ user: USER })),
    range: undefined,
    texts: true,
    signal: NEVER,
  };
  const opened = await openSubject(deps, { ...asked, withAccessLog: false });
  return Buffer.concat(await Array.fromAsync(new SubjectZip(deps, opened, TERMS, 'ndjson', mostBytes).bytes()));
}

describe('the zip of a subject request', () => {
  it('has further files of a log type where one would get too large, each whole, and together all records in order', async () => {
    const made = await world(400);
    const [all = []] = Object.values(everyLine(made));
    const { manifest, lines, files } = foundIn({ body: await zipOf(made, 20_000) });
    expect(lines.interactiveSignIns).toEqual(all);
    const [signIns] = manifest.logTypes;
    const names = signIns?.files?.map(({ name }) => name) ?? [];
    expect(names.length).toBeGreaterThan(3);
    expect(names.slice(0, 3)).toEqual([
      'interactiveSignIns.ndjson',
      'interactiveSignIns.2.ndjson',
      'interactiveSignIns.3.ndjson',
    ]);
    for (const name of names) expect(String(files.get(name))).toMatch(/^\{.*\}\n$/s);
    expect(signIns?.files?.reduce((sum, { records }) => sum + records, 0)).toBe(all.length);
  });

  it('is the same files when it was silent for long: the filler is nothing to whoever inflates it', async () => {
    const made = await world(50);
    // Every silence is a long one.
    const [plain, filled] = [await zipOf(made), await zipOf(made, undefined, () => setImmediate())];
    expect(filled.length).toBeGreaterThan(plain.length);
    expect(unzip(filled)).toEqual(unzip(plain));
  });

  it('refuses a file that has grown beyond what a zip can state', async () => {
    const sums = { crc: 0, rawBytes: 2 ** 32 };
    const files = [{ name: 'large', deflated: chunks(Buffer.from('0300', 'hex')), sums }];
    await expect(Array.fromAsync(zipped(files))).rejects.toThrow('large has grown beyond 4 GiB');
  });

  it('may hold stored files beside those that grew', async () => {
    const raw = Buffer.from('grown\n'.repeat(1000));
    const sums = { crc: crc32(raw), rawBytes: raw.length };
    const grown = { name: 'grown', deflated: chunks(deflateRawSync(raw)), sums };
    const files = [{ name: 'first', bytes: Buffer.from('stored') }, grown, { name: 'last', bytes: Buffer.alloc(0) }];
    const found = unzip(Buffer.concat(await Array.fromAsync(zipped(files))));
    expect([...found].map(([name, bytes]) => [name, String(bytes)])).toEqual([
      ['first', 'stored'],
      ['grown', String(raw)],
      ['last', ''],
    ]);
  });
});

async function* chunks(...list: Buffer[]): AsyncGenerator<Buffer> {
  yield* list;
}
