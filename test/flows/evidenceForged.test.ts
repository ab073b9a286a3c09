/**
 * What somebody without the key can make of a bundle, with all that nothing signs made anew: found, or a smaller claim
 * that the first words of the report make. The campaign (test/tamper) has every kind; here are the words.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../shared/archive/verify.ts';
import type { VerifyReport } from '../../shared/archive/verifyTypes.ts';
import { wordsOf } from '../../shared/archive/verifyWords.ts';
import { seconds } from '../support/flowHarness.ts';
import { listedAnew, madeAnew, saying } from '../support/forgery.ts';
import { type Files, filesOf } from '../support/signedArchive.ts';
import { type BundleBench, newBundleBench, newSmallBundle } from '../tamper/bundleBench.ts';

let bench: BundleBench;
beforeAll(async () => {
  bench = await newBundleBench();
});

const check = (files: Files) => verify(filesOf(files), bench.known);
const without = (files: Files, which: RegExp) => new Map([...files].filter(([name]) => !which.test(name)));
const firstLine = (words: string) => words.slice(0, words.indexOf('\n'));

describe('the honest bundles', () => {
  it('say in their first line what is proved, and of what range', async () => {
    const whole = await check(bench.segments);
    expect(whole).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ claim: 'range', beginning: 'shown' }] });
    expect(firstLine(wordsOf(whole))).toBe(
      'PROVED: nothing that was signed is missing or altered, and what you brought from outside vouches for it. ' +
        'directoryAudits from 2026-11-21T00:00:00Z to 2026-11-21T20:00:00Z: coverage provisional.',
    );
    expect(wordsOf(whole)).toContain('as far as the bundle shows settings and legal holds');
    const few = await check(bench.records);
    const ids = ['row-53', 'row-55', 'row-60'];
    expect(few).toMatchObject({
      verdict: 'proved',
      findings: [],
      ledgers: [{ claim: 'records', records: 3, recordIds: ids, askedIds: ids }],
    });
    const words = wordsOf(few);
    expect(firstLine(words)).toMatch(
      /^PROVED: only 3 single records, as signed; whether the range has more was NOT judged/,
    );
    expect(words).toContain('row-53, row-55, row-60');
  });

  it('of before bundles named their records are proved, and said not to name them', async () => {
    const { ids: _ids, ...about } = JSON.parse(String(bench.records.get('evidence.json')));
    const old = listedAnew(new Map([...bench.records, ['evidence.json', Buffer.from(`${JSON.stringify(about)}\n`)]]));
    const report = await check(old);
    expect(report).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ records: 3, askedIds: null }] });
    expect(wordsOf(report)).toContain('does not say which were asked for');
  });
});

describe('a bundle of segments said to be one of records', () => {
  it('is broken without its segments, for it holds no record', async () => {
    const report = await check(await madeAnew(without(saying(bench.segments, { holds: 'records' }), /\.gz$/)));
    expect([report.verdict, report.findings.map(({ code }) => code)]).toEqual(['broken', ['record-missing']]);
  });
});

describe('a bundle without its segments', () => {
  it('is proved as entries alone by whoever does not look at segments, and says so first', async () => {
    const report = await verify(filesOf(listedAnew(without(bench.segments, /\.gz$/))), {
      ...bench.known,
      segments: 'none',
    });
    expect(report).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ claim: 'entries' }] });
    expect(report.ledgers[0]?.segments).toMatchObject({ named: bench.segmentNames.length, checked: 0 });
    expect(firstLine(wordsOf(report))).toContain('the segments were NOT looked at');
  });
});

describe('a range that was asked for', () => {
  it('is judged as far as the bundle is about it, for of the rest it may hold hashes only', async () => {
    const judged = (since: string, until: string) =>
      verify(filesOf(bench.segments), { ...bench.known, since: seconds(since), until: seconds(until) });
    const wider = await judged('2026-11-19T00:00:00Z', '2026-11-21T05:00:00Z');
    expect(wider.ledgers[0]?.coverage).toMatchObject({ from: '2026-11-21T00:00:00Z', to: '2026-11-21T05:00:00Z' });
    const outside = await judged('2026-11-19T00:00:00Z', '2026-11-20T00:00:00Z');
    expect([outside.verdict, outside.findings.map(({ code }) => code)]).toEqual(['broken', ['range-outside']]);
  });
});

describe('every byte of a small bundle', () => {
  it('changes the verdict by what its file says, for the manifest is made anew', { timeout: 240_000 }, async () => {
    const { files, known } = await newSmallBundle();
    const judged = (changed: Files) => verify(filesOf(changed), known);
    const honest = await judged(files);
    expect(honest).toMatchObject({ verdict: 'proved', findings: [] });
    // The one claim of a bundle that can be another and all else still fit is repeated by the report.
    const patience = ({ ledgers }: VerifyReport) => ledgers[0]?.overdueSeconds;
    let flips = 0;
    for (const [name, bytes] of files) {
      if (name === 'README.txt' || name === 'verify.mjs') continue;
      const isManifest = name === 'MANIFEST.sha256';
      for (let at = 0; at < bytes.length; at += isManifest ? 5 : 1) {
        const flipped = Buffer.from(bytes.with(at, (bytes[at] as number) ^ (1 << (at % 8))));
        const changed = new Map([...files, [name, flipped]]);
        flips += 1;
        const report = await judged(isManifest ? changed : listedAnew(changed));
        const found = report.findings.filter(({ code }) => isManifest || !code.startsWith('manifest'));
        const isFound = report.verdict === 'broken' && found.length > 0 && found[0]?.code !== 'verifier-failed';
        if (!isFound && patience(report) === patience(honest)) expect([name, at, report]).toEqual([name, at, 'found']);
      }
      const plain = await judged(new Map([...files, [name, bytes.subarray(1)]]));
      expect([name, plain.verdict]).toEqual([name, 'broken']);
    }
    expect(flips).toBeGreaterThan(2000);
  });
});
