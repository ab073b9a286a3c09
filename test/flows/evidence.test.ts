/** Evidence of a range: what it holds, that it proves itself, and that nothing of it can be changed unnoticed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import { verify } from '../../shared/archive/verify.ts';
import type { VerifyOptions } from '../../shared/archive/verifyTypes.ts';
import { readCoverage } from '../../shared/coverage.ts';
import {
  type EvidenceAsked,
  NothingInRange,
  NothingSigned,
  openEvidence,
  RecordsUnknown,
} from '../../shared/evidence.ts';
import { exportRange } from '../../shared/export.ts';
import { LedgerTorn } from '../../shared/ledger.ts';
import { pull } from '../../shared/pull.ts';
import type { Range } from '../../shared/query/range.ts';
import { inflated } from '../../shared/serve/encode.ts';
import { rangeOf } from '../support/coverageLedger.ts';
import { DAY, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { filesOf, newSigner } from '../support/signedArchive.ts';
import { announce, archiveFiles, signNewest } from '../support/signing.ts';
import { unzip } from '../support/unzip.ts';

const HOUR = 3600;
const VERIFIER = Buffer.from('// the verifier\n');
const signer: Signer = newSigner();
const key = fingerprint(signer.spki);

/** Four days of pulls every five hours, the key announced after the first, a checkpoint after each. */
async function busyWorld(name: string) {
  const { world, type } = worldOf(name, { sourceDays: 7 });
  world.graph.add(type.name, ...rows(type, 120, '2026-11-15T00:00:00Z', 6000));
  const notes: Buffer[] = [];
  for (let n = 0; n < 20; n += 1) {
    await pull(world.instance(), type.budget, new AbortController().signal);
    if (n === 0) await announce(world, name, signer);
    notes.push(await signNewest(world, name, signer));
    if (n < 19) world.advance(5 * HOUR);
  }
  return { world, type, notes, now: Math.floor(world.clock.now() / 1000) };
}

type Busy = Awaited<ReturnType<typeof busyWorld>>;

async function bundle({ world, type }: Busy, range: Range, ids?: EvidenceAsked['ids']): Promise<Map<string, Buffer>> {
  const { body: zip } = await openEvidence(world.instance(), { logType: type, range, ids, verifier: VERIFIER });
  return unzip(Buffer.concat(await Array.fromAsync(zip)));
}

const check = (files: Map<string, Buffer>, options: VerifyOptions = { keys: [key] }) => verify(filesOf(files), options);
const entriesIn = (files: Map<string, Buffer>) => [...files.keys()].filter((name) => /\/\d{12}\.json$/.test(name));

async function linesOf(world: World, type: Busy['type'], range: Range): Promise<string[]> {
  const { pieces } = await exportRange(world.instance(), type, { range, versions: 'all' });
  return Buffer.concat(await Array.fromAsync(inflated(pieces)))
    .toString()
    .split('\n')
    .slice(0, -1);
}

describe.each(['directoryAudits', 'riskyUsers'])('evidence of %s', (name) => {
  let busy: Busy;
  beforeAll(async () => {
    busy = await busyWorld(name);
  });

  it.each([
    ['the first days', '2026-11-14T12:00:00Z', '2026-11-17T00:00:00Z'],
    ['a day in the middle', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
    ['the last hours and what comes', '2026-11-24T01:30:00Z', '2026-11-26T00:00:00Z'],
    ['a single second', '2026-11-20T15:00:00Z', '2026-11-20T15:00:01Z'],
  ])('of %s is proved, and says of it what coverage says', async (_what, from, to) => {
    const range = rangeOf(seconds(from), seconds(to));
    const files = await bundle(busy, range);
    const report = await check(files);
    expect(report).toMatchObject({ verdict: 'proved', kind: 'evidence', findings: [] });
    const { state, coveredTo, spans, schedule } = await readCoverage(busy.world.instance(), busy.type, range);
    expect(report.ledgers[0]?.coverage).toEqual({
      from,
      to,
      now: formatSeconds(busy.now),
      schedule,
      state,
      coveredTo: coveredTo.replace('.0000000', ''),
      spans,
    });
    expect(files.get('verify.mjs')).toEqual(VERIFIER);
  });

  it('is the same bytes whenever it is asked for', async () => {
    const range = rangeOf(seconds('2026-11-20T00:00:00Z'), seconds('2026-11-21T00:00:00Z'));
    expect(await bundle(busy, range)).toEqual(await bundle(busy, range));
  });

  it('is proved by every checkpoint that was ever kept', async () => {
    const files = await bundle(busy, rangeOf(busy.now - 12 * HOUR, busy.now));
    for (const [n, bytes] of busy.notes.entries()) {
      expect([n, await check(files, { kept: [{ name: 'kept', bytes }] })]).toMatchObject([
        n,
        { verdict: 'proved', findings: [] },
      ]);
    }
  });

  it('holds every record of the range, and of single records those alone', async () => {
    const range = rangeOf(seconds('2026-11-18T00:00:00Z'), seconds('2026-11-20T00:00:00Z'));
    const lines = await linesOf(busy.world, busy.type, range);
    const { ledgers } = await check(await bundle(busy, range));
    expect(ledgers[0]?.segments.records).toBeGreaterThanOrEqual(lines.length);
    const wanted = lines.filter((_line, n) => n % 5 === 1);
    const ids = wanted.map((line) => (JSON.parse(line) as { id: string }).id);
    const files = await bundle(busy, range, ids);
    const single = [...files]
      .filter(([file]) => /^records\/\d+\.json$/.test(file))
      .map(([, bytes]) => bytes.toString());
    expect(single.toSorted()).toEqual(wanted.map((line) => `${line}\n`).toSorted());
    expect([...files.keys()].filter((file) => file.endsWith('.gz'))).toEqual([]);
    const report = await check(files);
    expect(report).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ records: wanted.length }] });
  });

  it('leaves a copied archive as proved as it is', async () => {
    const report = await check(archiveFiles(busy.world));
    expect(report).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ first: 0, unsigned: 0 }] });
  });
});

describe('the evidence of a late day', () => {
  let busy: Busy;
  let range: Range;
  let files: Map<string, Buffer>;
  beforeAll(async () => {
    busy = await busyWorld('directoryAudits');
    range = rangeOf(busy.now - DAY, busy.now - 6 * HOUR);
    files = await bundle(busy, range);
  });

  it('holds the entries from the first that concerns it, and of those before the hashes, the key and the settings', async () => {
    const all = [...archiveFiles(busy.world).keys()].filter((name) => /ledger.*\.json$/.test(name));
    const { first, entries } = (await check(files)).ledgers[0] ?? { first: 0, entries: 0 };
    expect(first).toBeGreaterThan(5);
    expect(first + entries).toBe(all.length);
    expect(files.get('leaves.bin')?.length).toBe(first * 32);
    const before = entriesIn(files).slice(0, -entries);
    expect(before.map((name) => JSON.parse(String(files.get(name))).kind)).toEqual(['config', 'key']);
  });

  it('is the same whatever its README and its verifier say, for nothing vouches for them', async () => {
    const harmless = new Map([...files, ['README.txt', Buffer.from('x')], ['verify.mjs', Buffer.from('x')]]);
    expect((await check(harmless)).verdict).toBe('proved');
  });

  it('names a file that was removed, added, or is that of another range', async () => {
    for (const name of files.keys()) {
      if (name === 'README.txt' || name === 'verify.mjs') continue;
      const { verdict, findings } = await check(new Map([...files].filter(([file]) => file !== name)));
      // Without it nobody could tell that this is a bundle.
      if (name === 'evidence.json') expect(findings[0]?.code).toBe('entry-missing');
      else expect([verdict, findings.map(({ file }) => file)]).toEqual(['broken', expect.arrayContaining([name])]);
    }
    const added = await check(new Map([...files, ['ledger/extra', Buffer.from('x')]]));
    expect(added.findings.map(({ code, file }) => `${code} ${file}`)).toContain('file-added ledger/extra');
    const other = await bundle(busy, rangeOf(busy.now - 2 * DAY, busy.now - DAY));
    const mixed = await check(new Map([...files, ['coverage.json', other.get('coverage.json') as Buffer]]));
    expect(mixed.findings.map(({ code }) => code)).toEqual(['manifest-differs', 'coverage-differs']);
  });

  it('under another key is only self-consistent', async () => {
    expect((await check(files, {})).verdict).toBe('self-consistent');
    expect((await check(files, { keys: ['0'.repeat(64)] })).findings.map(({ code }) => code)).toEqual(['key-unknown']);
  });
});

describe('a thousand single records', () => {
  it('are proved, each by no more than 6 KB with the entry that names its segment', async () => {
    const { world, type } = worldOf('directoryAudits');
    world.graph.add(type.name, ...rows(type, 4000, '2026-11-20T02:00:00Z', 1));
    await world.collectAll(type.name);
    await announce(world, type.name, signer);
    await signNewest(world, type.name, signer);
    const range = rangeOf(seconds('2026-11-20T02:00:00Z'), seconds('2026-11-20T04:00:00Z'));
    const ids = Array.from({ length: 1000 }, (_unused, n) => `row-${(n * 4 + (n % 3)) % 4000}`);
    const { body: zip } = await openEvidence(world.instance(), { logType: type, range, ids, verifier: VERIFIER });
    const files = unzip(Buffer.concat(await Array.fromAsync(zip)));
    expect(await check(files)).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ records: ids.length }] });
    const proofs = [...files].filter(([name]) => name.endsWith('.proof')).map(([, bytes]) => bytes);
    const entryOf = (proof: Buffer) => {
      const { entry } = JSON.parse(proof.toString()) as { entry: number };
      return files.get(
        entriesIn(files).find((name) => name.endsWith(`/${String(entry).padStart(12, '0')}.json`)) as string,
      ) as Buffer;
    };
    expect(Math.max(...proofs.map((proof) => proof.length + entryOf(proof).length))).toBeLessThan(6000);
  });
});

describe('evidence is refused', () => {
  it('while nothing is signed, of what no signed entry concerns, and of records that are not there', async () => {
    const { world, type } = worldOf('directoryAudits');
    await world.collectAll(type.name);
    const range = rangeOf(seconds('2026-11-20T00:00:00Z'), seconds('2026-11-20T06:00:00Z'));
    const ask = (more: Partial<EvidenceAsked> = {}) =>
      openEvidence(world.instance(), { logType: type, range, verifier: VERIFIER, ...more });
    await expect(ask()).rejects.toThrow(NothingSigned);
    await announce(world, type.name, signer);
    await signNewest(world, type.name, signer);
    const later = rangeOf(seconds('2026-11-20T12:10:00Z'), seconds('2026-11-20T12:15:00Z'));
    await expect(ask({ range: later })).rejects.toThrow(NothingInRange);
    await expect(ask({ ids: ['nobody'] })).rejects.toThrow(RecordsUnknown);
  });

  it('when an entry is missing, and when the newest checkpoint is not that of the entries', async () => {
    const { world, type } = worldOf('directoryAudits');
    await world.collectAll(type.name);
    await announce(world, type.name, signer);
    const note = await signNewest(world, type.name, signer);
    const ledger = world.stores.containers.get('ledger') as Map<string, Buffer>;
    const range = rangeOf(seconds('2026-11-20T00:00:00Z'), seconds('2026-11-20T06:00:00Z'));
    const ask = () => openEvidence(world.instance(), { logType: type, range, verifier: VERIFIER });
    const [name, bytes] = [...ledger].find(([each]) => each.endsWith('/000000000001.json')) as [string, Buffer];
    ledger.delete(name);
    await expect(ask()).rejects.toThrow(LedgerTorn);
    ledger.set(name, Buffer.from(bytes.toString().replace('"app":"0.1.0"', '"app":"0.1.1"')));
    await expect(ask()).rejects.toThrow(LedgerTorn);
    const other = await signNewest(world, type.name, newSigner());
    expect(other).not.toEqual(note);
    await expect(ask()).rejects.toThrow(LedgerTorn);
  });
});
