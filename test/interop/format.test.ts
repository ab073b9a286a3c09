/**
 * docs/FORMAT.md keeps its word: its shell examples run as they stand, on the golden archive, with the tools of a plain
 * Debian, and a reader written in another language from that page alone finds the archive whole, or says what is not.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const LEDGER = 'ledger/5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785/directoryAudits';
const SEGMENTS = 'archive-2555d/tenant=5b1c8e0a-7d24-4f6e-9c3b-2a90d1e4f785/log=directoryAudits';
const UNDATED = `${SEGMENTS}/date=1970-01-01/hour=00/000000000001-1f53147f20d7c891.jsonl.gz`;
const DATED = `${SEGMENTS}/date=2026-11-20/hour=05/000000000001-02e667b43c97dc79.jsonl.gz`;
const ROOT = '3e3050a71fcc3508b55c2c3d8d62be9687c3fd4f11e28a0f3d8b7f3147d68d82';

const [setUp = '', ...examples] = [...readFileSync('docs/FORMAT.md', 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(
  ([, block = '']) => block,
);

let folder: string;
/** A copy of the golden archive, which a test may damage. */
let golden: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'entra-log-archive-format-'));
  golden = join(folder, 'test/golden');
});
beforeEach(() => {
  rmSync(golden, { recursive: true, force: true });
  cpSync('test/golden', golden, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the examples in one shell, as a reader of the page would, and gives what each of them prints. */
function runExamples(): string[] {
  const mark = '--- next example ---';
  const script = [setUp, ...examples.map((example) => `echo '${mark}'\n${example}`)].join('\n');
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
  return `${stdout}${stderr}`.split(`${mark}\n`).slice(1);
}

function damage(name: string, change: (bytes: Buffer) => Buffer): void {
  writeFileSync(join(golden, name), change(readFileSync(join(golden, name))));
}

/** Another bit at this place; negative: from the end. */
const flip = (at: number) => (bytes: Buffer) => {
  const place = at < 0 ? bytes.length + at : at;
  return Buffer.from(bytes.map((byte, index) => (index === place ? byte ^ 1 : byte)));
};

const replace = (from: string, to: string) => (bytes: Buffer) => {
  const text = bytes.toString();
  if (!text.includes(from)) throw new Error(`there is no ${from}`);
  return Buffer.from(text.replace(from, to));
};

describe('the shell examples of docs/FORMAT.md', () => {
  it('run as they stand and print what the page says', () => {
    const [read, checkSegments, checkLedger, checkpoint, root, unreferenced, ...others] = runExamples();
    expect(others).toEqual([]);
    const first = (read ?? '').split('\n').slice(0, 3);
    expect(first.map((line) => line.slice(0, 28))).toEqual([
      '{"id":"Directory_0a4c_00001"',
      '{"id":"Directory_0a4c_00002"',
      'Add member to group',
    ]);
    // To the byte: a number beyond 2^53, and an escape, as Graph sent them.
    expect(first[1]).toContain('\\u2013');
    expect(first[1]).toContain('9007199254740993');
    expect(checkSegments).toBe(`${UNDATED}: OK\n${DATED}: OK\n`);
    expect(checkLedger).toBe(
      '5 entries; the last has the hash 964b2ee9ae6350e654dfb5a82b253b63ec49ac99cf10964d52e3a69079a222c4\n' +
        '2026-11-20T06:15:05Z\thead\t2026-11-20T05:00:00Z\t2026-11-20T06:00:00Z\t5\t1\n' +
        '2026-11-20T08:15:05Z\tsweep\t2026-11-20T05:00:00Z\t2026-11-20T06:00:00Z\t0\t0\n' +
        '2026-11-20T08:15:07Z\thead\t2026-11-20T06:00:00Z\t2026-11-20T06:15:00Z\t0\t0\n',
    );
    expect(checkpoint).toBe('ca1f6f14847e071c1c1bce1df5a48ad67916aff90f2c7c4c2f03e1c1adf990c2  -\nVerified OK\n');
    expect(root).toBe(`${ROOT}\n${ROOT}\n`);
    expect(unreferenced).toBe('');
  });

  it('name a segment of which one bit is another', () => {
    damage(DATED, flip(40));
    expect(runExamples()[1]).toContain(`${DATED}: FAILED`);
  });

  it('name a segment whose counts differ from those of its entry', () => {
    damage(`${LEDGER}/000000000001.json`, replace('"records":', '"records":1'));
    expect(runExamples()[1]).toContain(`differs: ${UNDATED}`);
  });

  it('name the entry after the one that was changed, and the one after a hole', () => {
    damage(`${LEDGER}/000000000002.json`, replace('"vanished":1', '"vanished":0'));
    expect(runExamples()[2]).toContain(`does not continue the ledger: ${LEDGER}/000000000003.json`);
    rmSync(join(golden, LEDGER, '000000000003.json'));
    expect(runExamples()[2]).toContain(`does not continue the ledger: ${LEDGER}/000000000004.json`);
  });

  it('say that a checkpoint was changed', () => {
    const name = `${LEDGER.replace('directoryAudits', 'provisioning')}/checkpoints/000000000003`;
    damage(name, replace('\n3\n', '\n2\n'));
    expect(runExamples()[3]).not.toContain('Verified OK');
  });

  it('list a segment that no entry names', () => {
    const orphan = DATED.replace('02e667b43c97dc79', 'ffffffffffffffff');
    cpSync(join(golden, DATED), join(golden, orphan));
    expect(runExamples()[5]).toBe(`${orphan}\n`);
  });
});

describe('a reader written from docs/FORMAT.md alone', () => {
  function read() {
    const { status, stdout, stderr } = spawnSync('python3', ['test/interop/reader.py', golden], { encoding: 'utf8' });
    return { status, lines: `${stdout}${stderr}`.trim().split('\n') };
  }

  it('finds the golden archive whole: chain, hashes, and the roots over the records', () => {
    expect(read()).toEqual({ status: 0, lines: ['OK 17 entries 2 segments 6 records 2 deleted'] });
  });

  it.each([
    ['a bit in the middle of a segment', DATED, flip(60), `${DATED}: sha256`],
    ['the last bit of a segment', UNDATED, flip(-1), `${UNDATED}: sha256`],
    ['a segment cut short', DATED, (bytes: Buffer) => bytes.subarray(0, -1), `${DATED}: sha256`],
    [
      'a count of an entry',
      `${LEDGER}/000000000002.json`,
      replace('"vanished":1', '"vanished":0'),
      `${LEDGER}/000000000003.json: prev`,
    ],
    [
      'the root over the records',
      `${LEDGER}/000000000001.json`,
      replace(ROOT, ROOT.replace('3', '4')),
      `${DATED}: recordsRoot`,
    ],
    [
      'the first byte of an entry',
      `${LEDGER}/000000000001.json`,
      flip(0),
      `${LEDGER}/000000000001.json: JSONDecodeError`,
    ],
    ['the tenant of an entry', `${LEDGER}/000000000000.json`, replace('5b1c', '6b1c'), 'does not continue the ledger'],
    ['the version of the format', `${LEDGER}/000000000000.json`, replace('"v":1', '"v":2'), '000000000000.json: v'],
  ])('says which part was damaged: %s', (_what, name, change, fault) => {
    damage(name, change);
    const { status, lines } = read();
    expect(status).toBe(1);
    expect(lines.some((line) => line.endsWith(fault))).toBe(true);
  });

  it('notices another bit wherever it is, in a segment and in an entry that has a successor', () => {
    // The last entry is vouched for by a checkpoint only, so it is left out here.
    const entries = readdirSync(join(golden, LEDGER)).sort().slice(0, -1);
    for (const name of [DATED, ...entries.map((entry) => `${LEDGER}/${entry}`)]) {
      const bytes = readFileSync(join(golden, name));
      for (let at = 0; at < bytes.length; at += 97) {
        writeFileSync(join(golden, name), flip(at)(bytes));
        expect([name, at, read().status]).toEqual([name, at, 1]);
      }
      writeFileSync(join(golden, name), bytes);
    }
    expect(read().status).toBe(0);
  });

  it('says that a segment is missing, and that an entry is', () => {
    rmSync(join(golden, DATED));
    expect(read().lines).toContain(`${DATED}: missing`);
    rmSync(join(golden, LEDGER, '000000000002.json'));
    expect(read().lines).toContain(`${LEDGER}/000000000003.json: does not continue the ledger`);
  });
});
