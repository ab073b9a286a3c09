/**
 * docs/AUDITOR.md keeps its word: evidence that the service made is verified by the one file with the network cut off, and
 * by hand with the commands of the page, as they stand.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleVerifier } from '../../dev/bundle.ts';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import type { VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { readCoverage } from '../../shared/coverage.ts';
import { openEvidence } from '../../shared/evidence.ts';
import { pull } from '../../shared/pull.ts';
import { zipped } from '../../shared/zip.ts';
import { rangeOf } from '../support/coverageLedger.ts';
import { rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { newSigner } from '../support/signedArchive.ts';
import { announce, signNewest } from '../support/signing.ts';

const HOUR = 3600;
const AUDITS = 'directoryAudits';
const RANGE = rangeOf(seconds('2026-11-21T00:00:00Z'), seconds('2026-11-22T00:00:00Z'));
const blocks = [...readFileSync('docs/AUDITOR.md', 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(
  ([, block = '']) => block,
);

const signer = newSigner();
const key = fingerprint(signer.spki);
let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-auditor-'));
  await bundleVerifier(process.cwd());
  const { world: made, type } = worldOf(AUDITS, { sourceDays: 7 });
  world = made;
  world.graph.add(AUDITS, ...rows(type, 200, '2026-11-18T00:00:00Z', 2500));
  for (let n = 0; n < 12; n += 1) {
    await pull(world.instance(), type.budget, new AbortController().signal);
    if (n === 0) await announce(world, AUDITS, signer);
    if (n === 3) writeFileSync(join(folder, 'kept.txt'), await signNewest(world, AUDITS, signer));
    if (n < 11) world.advance(5 * HOUR);
  }
  await signNewest(world, AUDITS, signer);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function makeBundle(ids?: readonly string[]): Promise<void> {
  const verifier = readFileSync('dist/verify.mjs');
  const { body: zip } = await openEvidence(world.instance(), {
    logType: world.logType(AUDITS),
    range: RANGE,
    ids,
    verifier,
  });
  rmSync(join(folder, 'evidence'), { recursive: true, force: true });
  writeFileSync(join(folder, 'evidence.zip'), Buffer.concat(await Array.fromAsync(zip)));
}

/** Runs the commands of the page in one shell and gives what each block prints. */
function byHand(): string[] {
  const mark = '--- next block ---';
  const script = blocks.map((block) => `${block}\necho '${mark}'`).join('\n');
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
  return `${stdout}${stderr}`.split(`${mark}\n`);
}

/** Runs the verifier of the bundle where there is no network at all. */
function offline(...args: readonly string[]) {
  const command = [process.execPath, 'evidence/verify.mjs', 'evidence', ...args];
  const { status, stdout, stderr } = spawnSync('unshare', ['-rn', ...command], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return { status, stdout };
}

describe('a bundle of segments', () => {
  beforeAll(() => makeBundle());

  it('is found whole by every step of the page', () => {
    const [setUp, manifest, keys, signature, root, begins, chain, segments, records, reads] = byHand();
    expect([setUp, chain, records]).toEqual(['', '', '']);
    expect(manifest).toBe('all files are those of the manifest\n');
    expect(keys).toBe(`${key}\n`);
    expect(signature).toBe('Verified OK\n');
    expect(root).toMatch(/^(\d+) entries; the checkpoint covers \1\nthe root is the one that was signed\n$/);
    expect(begins).toBe('nothing of the range can lie before the first entry\n');
    expect(segments).toBe('all segments are there\n');
    expect(reads).toMatch(/\tread\thead\t2026-11-2/);
  });

  it('is proved without a network, with the same coverage as the service tells', async () => {
    const network = spawnSync('unshare', ['-rn', 'cat', '/proc/net/dev'], { encoding: 'utf8' });
    expect(
      network.stdout
        .split('\n')
        .filter((line) => line.includes(':'))
        .map((line) => line.trim().split(':')[0]),
    ).toEqual(['lo']);
    const { status, stdout } = offline('--key', key, '--checkpoint', 'kept.txt', '--json');
    const report = JSON.parse(stdout) as VerifyReport;
    expect([status, report.verdict, report.findings]).toEqual([0, 'proved', []]);
    expect(report.ledgers[0]?.outside).toEqual(['key', 'checkpoint']);
    const { state, spans } = await readCoverage(world.instance(), world.logType(AUDITS), RANGE);
    expect(report.ledgers[0]?.coverage).toMatchObject({ state, spans });
  });

  it('is only self-consistent without anything from outside, and broken once a byte is another', () => {
    const alone = offline();
    expect([alone.status, alone.stdout.split(':')[0]]).toEqual([1, 'ONLY SELF-CONSISTENT']);
    const name = readFileSync(join(folder, 'evidence/MANIFEST.sha256'), 'utf8').match(/archive-\S+/)?.[0] ?? '';
    const file = join(folder, 'evidence', name);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.with(50, (bytes[50] as number) ^ 1));
    const broken = offline('--key', key);
    writeFileSync(file, bytes);
    expect([broken.status, broken.stdout.split(':')[0]]).toEqual([2, 'BROKEN']);
    expect(broken.stdout).toContain(`error segment-altered: ${name} has another SHA-256 than its entry says`);
  });

  it('is not verified where the command line is wrong', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, ['dist/verify.mjs', ...args], { encoding: 'utf8' });
    for (const args of [
      [],
      ['no-such-folder'],
      [folder, '--key', 'abc'],
      [folder, '--since', 'now'],
      [folder, '--what'],
    ]) {
      expect([args, run(...args).status]).toEqual([args, 3]);
    }
    expect(run('--help')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('a bundle of single records', () => {
  it('is found whole by hand and by the verifier', async () => {
    await makeBundle(['row-110', 'row-113', 'row-120']);
    const [, , , signature, root, , , segments, records] = byHand();
    expect([signature, segments]).toEqual([
      'Verified OK\n',
      expect.stringMatching(/^only single records are here, of \d+ segments\n$/),
    ]);
    expect(root).toContain('the root is the one that was signed');
    expect(records).toBe('records/00000001.proof holds\nrecords/00000002.proof holds\nrecords/00000003.proof holds\n');
    expect(offline('--key', key)).toMatchObject({ status: 0, stdout: expect.stringContaining('3 single records') });
    copyFileSync(join(folder, 'evidence/records/00000001.json'), join(folder, 'evidence/records/00000002.json'));
    expect(offline('--key', key).stdout).toContain('error record-unproved: records/00000002.json');
  });
});

describe('a zip', () => {
  it('of more files than the old fields can count is read by Python', async () => {
    const count = 66_000;
    const files = Array.from({ length: count }, (_unused, n) => ({
      name: `f/${n}`,
      bytes: Buffer.from(n % 1000 === 0 ? String(n) : ''),
    }));
    writeFileSync(join(folder, 'many.zip'), Buffer.concat(await Array.fromAsync(zipped(files))));
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(z.testzip(), len(z.namelist()), z.read("f/65000"))';
    const { stdout } = spawnSync('python3', ['-c', script, join(folder, 'many.zip')], { encoding: 'utf8' });
    expect(stdout).toBe(`None ${count} b'65000'\n`);
  });

  it('of files whose size stands behind them is read by Python', async () => {
    const raw = Buffer.from('grown\n'.repeat(1000));
    const deflated = Readable.from([deflateRawSync(raw)]);
    const files = [
      { name: 'a', deflated, sums: { crc: crc32(raw), rawBytes: raw.length } },
      { name: 'b', bytes: Buffer.from('stored') },
    ];
    writeFileSync(join(folder, 'grown.zip'), Buffer.concat(await Array.fromAsync(zipped(files))));
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nprint(z.testzip(), len(z.read("a")), z.read("b"))';
    const { stdout } = spawnSync('python3', ['-c', script, join(folder, 'grown.zip')], { encoding: 'utf8' });
    expect(stdout).toBe("None 6000 b'stored'\n");
  });
});
