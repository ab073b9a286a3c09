/** Where evidence begins: an honest bundle always shows it, and one that leaves out a read of the range never does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { formatSeconds } from '../../shared/archive/time.ts';
import { verify } from '../../shared/archive/verify.ts';
import { wordsOf } from '../../shared/archive/verifyWords.ts';
import { openEvidence } from '../../shared/evidence.ts';
import { pull } from '../../shared/pull.ts';
import { configBody, type EntryBody, rangeOf, readBody, writeLedger } from '../support/coverageLedger.ts';
import { DAY, rows, seconds, type World, worldOf } from '../support/flowHarness.ts';
import { aboutOf, beginningAt, entryIn, listedAnew, madeAnew, saying, seqsIn } from '../support/forgery.ts';
import { type Files, filesOf, newSigner } from '../support/signedArchive.ts';
import { announce, signNewest } from '../support/signing.ts';
import { unzip } from '../support/unzip.ts';

const HOUR = 3600;
const START = seconds('2026-11-15T00:00:00Z');
const signer = newSigner();
const keys = [fingerprint(signer.spki)];
type Type = ReturnType<typeof worldOf>['type'];

async function bundle(world: World, type: Type, from: number, to: number): Promise<Files> {
  const asked = { logType: type, range: rangeOf(from, to), verifier: Buffer.from('x') };
  return unzip(Buffer.concat(await Array.fromAsync((await openEvidence(world.instance(), asked)).body)));
}

/** Whether an entry of a bundle reads what reaches behind this second. */
function reads(files: Files, seq: number, from: number): boolean {
  const { read } = JSON.parse(String(entryIn(files, seq))) as { read?: { to: string } };
  return read !== undefined && seconds(read.to) > from;
}

describe('evidence of a day that later sweeps read again', () => {
  it('is broken where it begins later than the first read of the range, whatever stands in for that', async () => {
    const { world, type } = worldOf('directoryAudits', { sourceDays: 7 });
    world.graph.add(type.name, ...rows(type, 60, '2026-11-15T00:00:00Z', 6000));
    let kept: Buffer = Buffer.alloc(0);
    for (let n = 0; n < 14; n += 1) {
      await pull(world.instance(), type.budget, new AbortController().signal);
      if (n === 0) await announce(world, type.name, signer);
      kept = await signNewest(world, type.name, signer);
      world.advance(5 * HOUR);
    }
    const now = Math.floor(world.clock.now() / 1000);
    const files = await bundle(world, type, now - 2 * DAY, now - DAY);
    const options = { keys, kept: [{ name: 'kept', bytes: kept }] };
    expect(await verify(filesOf(files), options)).toMatchObject({ verdict: 'proved', findings: [] });
    const { first } = aboutOf(files);
    const later = seqsIn(files).filter((seq) => seq > first);
    expect(later.length).toBeGreaterThan(20);
    for (const seq of later) {
      const report = await verify(filesOf(await madeAnew(beginningAt(files, seq))), options);
      expect([seq, report.verdict, report.findings.map(({ code }) => code)]).toEqual([
        seq,
        'broken',
        ['evidence-incomplete'],
      ]);
    }
    const beyond = await verify(filesOf(listedAnew(saying(files, { first: 10_000 }))), options);
    expect(beyond.verdict).toBe('broken');
  });
});

/** One thing that a writer does, and how far or long. */
const step = fc.tuple(
  fc.constantFrom('head', 'head', 'head', 'halves', 'sweep', 'sweep', 'snapshot', 'gap', 'failed', 'away', 'config'),
  fc.integer({ min: 1, max: 40 }),
  fc.nat(1000),
);
type Step = [string, number, number];

/** The ledger of a writer that does these things: its head moves forward only, and all else stays behind it. */
function ledgerOf(world: World, type: Type, steps: readonly Step[]): { bodies: EntryBody[]; head: number } {
  const bodies: EntryBody[] = [configBody(world, type, START, ['PT2H', 'P1D'])];
  let [head, at] = [START, START];
  const gap = (from: number, to: number, more: object): EntryBody => {
    const { v, log, time, app } = configBody(world, type, at, []);
    const body = { from: formatSeconds(from), to: formatSeconds(to), cause: 'none', recoverableUntil: null, ...more };
    return { v, log, kind: 'gap', time, app, gap: body } as EntryBody;
  };
  for (const [what, hours, part] of steps) {
    const from = START + Math.floor(((head - START) * part) / 1001);
    const to = head + hours * HOUR - part;
    at = Math.max(at, to) + 900;
    const middle = head + Math.floor((to - head) / 2);
    const behind = { from, to: Math.min(head, from + hours * HOUR), at };
    if (what === 'head') bodies.push(readBody(world, type, { from: head, to, at }));
    if (what === 'halves') bodies.push(readBody(world, type, { from: head, to: middle, at }));
    if (what === 'halves') bodies.push(readBody(world, type, { from: middle, to, at }));
    if (what === 'gap') bodies.push(gap(head, to, {}));
    if (what === 'away') bodies.push(gap(head + (part % 3) * 600, to, { unavailable: 'forbidden' }));
    if (what === 'config') bodies.push(configBody(world, type, at, ['PT2H']));
    if (['head', 'halves', 'gap'].includes(what)) head = to;
    else if (from >= head) continue;
    else if (what === 'sweep') bodies.push(readBody(world, type, { ...behind, why: 'sweep' }));
    else if (what === 'snapshot') bodies.push(readBody(world, type, { from: 0, to: head, at, why: 'snapshot' }));
    else if (what === 'failed') bodies.push(gap(from, from + 1, {}));
  }
  return { bodies, head };
}

describe('evidence of any ledger', () => {
  it.each(['directoryAudits', 'riskyUsers'])(
    'of %s is proved as it is, and never where a read of the range is left out',
    async (name) => {
      let forged = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), fc.nat(1000), async (steps, place) => {
          const { world, type } = worldOf(name);
          const { bodies, head } = ledgerOf(world, type, [['head', 30, 0], ...(steps as Step[])]);
          writeLedger(world, type, bodies);
          await announce(world, name, signer);
          await signNewest(world, name, signer);
          const from = START + Math.floor(((head - START) * place) / 1001);
          const files = await bundle(world, type, from, head + HOUR);
          const report = await verify(filesOf(files), { keys });
          expect(report).toMatchObject({ verdict: 'proved', findings: [] });
          const { first } = aboutOf(files);
          expect(report.ledgers[0]?.beginning).toBe(first > 0 ? 'shown' : 'whole');
          const seqs = seqsIn(files).filter((seq) => seq >= first);
          for (const [n, seq] of seqs.entries()) {
            if (!seqs.slice(0, n).some((hidden) => reads(files, hidden, from))) continue;
            forged += 1;
            const { verdict } = await verify(filesOf(await madeAnew(beginningAt(files, seq))), { keys });
            expect([seq, verdict]).not.toEqual([seq, 'proved']);
          }
        }),
        { numRuns: 15 },
      );
      expect(forged).toBeGreaterThan(20);
    },
  );
});

describe('evidence that was made before it had to show its beginning', () => {
  it('is no more than self-consistent where it begins with a gap, and says why', async () => {
    const { world, type } = worldOf('directoryAudits');
    const { bodies, head } = ledgerOf(world, type, [
      ['head', 10, 0],
      ['gap', 5, 0],
      ['head', 10, 0],
    ]);
    writeLedger(world, type, bodies);
    await announce(world, type.name, signer);
    await signNewest(world, type.name, signer);
    const files = await bundle(world, type, START + 12 * HOUR, head);
    const { first } = aboutOf(files);
    const old = await verify(filesOf(await madeAnew(beginningAt(files, first + 1))), { keys });
    expect(old).toMatchObject({ verdict: 'self-consistent', errors: 0, ledgers: [{ beginning: 'open' }] });
    expect(old.findings.map(({ code }) => code)).toEqual(['beginning-open']);
    expect(wordsOf(old)).toMatch(/^NOT PROVED: .*does not show that no entry before/);
  });
});
