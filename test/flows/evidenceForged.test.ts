/**
 * What somebody without the key can make of a bundle, with all that nothing signs made anew: found, or a smaller claim
 * that the first words of the report make.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { verify } from '../../shared/archive/verify.ts';
import { wordsOf } from '../../shared/archive/verifyWords.ts';
import { openEvidence } from '../../shared/evidence.ts';
import { pull } from '../../shared/pull.ts';
import { rangeOf } from '../support/coverageLedger.ts';
import { rows, seconds, worldOf } from '../support/flowHarness.ts';
import { madeAnew, saying } from '../support/forgery.ts';
import { type Files, filesOf, newSigner } from '../support/signedArchive.ts';
import { announce, signNewest } from '../support/signing.ts';
import { unzip } from '../support/unzip.ts';

const signer = newSigner();
const RANGE = rangeOf(seconds('2026-11-21T00:00:00Z'), seconds('2026-11-21T20:00:00Z'));
const IDS = ['row-53', 'row-55', 'row-60'];
let options: { keys: string[]; kept: { name: string; bytes: Buffer }[] };
let segments: Files;
let records: Files;
beforeAll(async () => {
  const { world, type } = worldOf('directoryAudits', { sourceDays: 7 });
  world.graph.add(type.name, ...rows(type, 100, '2026-11-18T00:00:00Z', 5000));
  let bytes: Buffer = Buffer.alloc(0);
  for (let n = 0; n < 8; n += 1) {
    await pull(world.instance(), type.budget, new AbortController().signal);
    if (n === 0) await announce(world, type.name, signer);
    bytes = await signNewest(world, type.name, signer);
    world.advance(5 * 3600);
  }
  options = { keys: [fingerprint(signer.spki)], kept: [{ name: 'kept', bytes }] };
  const asked = { logType: type, range: RANGE, verifier: Buffer.from('x') };
  const bundle = async (ids?: readonly string[]) =>
    unzip(Buffer.concat(await Array.fromAsync(await openEvidence(world.instance(), { ...asked, ids }))));
  [segments, records] = [await bundle(), await bundle(IDS)];
});

const check = (files: Files) => verify(filesOf(files), options);
const without = (files: Files, ...names: RegExp[]) =>
  new Map([...files].filter(([name]) => !names.some((each) => each.test(name))));
const firstLine = (words: string) => words.slice(0, words.indexOf('\n'));

describe('the honest bundles', () => {
  it('say in their first line what is proved, and of what range', async () => {
    const whole = await check(segments);
    expect(whole).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ claim: 'range' }] });
    expect(firstLine(wordsOf(whole))).toBe(
      'PROVED: nothing that was signed is missing or altered, and what you brought from outside vouches for it. ' +
        'directoryAudits from 2026-11-21T00:00:00Z to 2026-11-21T20:00:00Z: coverage provisional.',
    );
    const few = await check(records);
    expect(few).toMatchObject({ verdict: 'proved', findings: [], ledgers: [{ claim: 'records', records: 3 }] });
    expect(firstLine(wordsOf(few))).toMatch(
      /^PROVED: only 3 single records, as signed; whether the range has more was NOT/,
    );
  });
});

describe('a bundle of segments said to be one of records', () => {
  it('is broken without its segments, for it holds no record', async () => {
    const forged = await madeAnew(without(saying(segments, { holds: 'records' }), /\.gz$/));
    const report = await check(forged);
    expect([report.verdict, report.findings.map(({ code }) => code)]).toEqual(['broken', ['record-missing']]);
  });
});
