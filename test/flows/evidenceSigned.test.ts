/** What the timers sign is what the verifier takes: archives and evidence of worlds that signed themselves. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import type { Signer } from '../../shared/archive/note.ts';
import { verify } from '../../shared/archive/verify.ts';
import { auditLedgers } from '../../shared/audit.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { openEvidence } from '../../shared/evidence.ts';
import { pull } from '../../shared/pull.ts';
import { rangeOf } from '../support/coverageLedger.ts';
import { rows, seconds, worldOf } from '../support/flowHarness.ts';
import { filesOf } from '../support/signedArchive.ts';
import { archiveFiles } from '../support/signing.ts';
import { newSigner, signingInstance, signingWith } from '../support/signingWorld.ts';
import { unzip } from '../support/unzip.ts';

const HOUR = 3600;
const NEVER = new AbortController().signal;
const AUDITS = 'directoryAudits';
const [old, next] = [newSigner(), newSigner()];

/** Two days of pulls, checkpoints and audits; on the second day the key is another, for which the old one vouches. */
async function signedWorld() {
  const { world, type } = worldOf(AUDITS, { sourceDays: 7 });
  world.graph.add(AUDITS, ...rows(type, 60, '2026-11-18T00:00:00Z', 4000));
  for (let n = 0; n < 12; n += 1) {
    await pull(world.instance(), type.budget, NEVER);
    const signing = n < 6 ? signingWith(old) : signingWith(next, old);
    expect((await signLedgers(signingInstance(world, signing), NEVER)).failed).toEqual([]);
    if (n % 5 === 4) await auditLedgers(world.instance(), NEVER);
    world.advance(4 * HOUR);
  }
  await signLedgers(signingInstance(world, signingWith(next, old)), NEVER);
  return { world, type };
}

describe('a world that signed itself and changed its key', () => {
  it('is proved as a copied archive and as evidence by the old key, the new one, and every checkpoint', async () => {
    const { world, type } = await signedWorld();
    const archive = archiveFiles(world);
    const range = rangeOf(seconds('2026-11-21T06:00:00Z'), seconds('2026-11-21T18:00:00Z'));
    const { body: zip } = await openEvidence(world.instance(), { logType: type, range, verifier: Buffer.from('x') });
    const evidence = unzip(Buffer.concat(await Array.fromAsync(zip)));
    const notes = [...archive].filter(([name]) => name.includes('/checkpoints/'));
    expect(notes.length).toBeGreaterThan(6);
    const outside = [
      ...[old, next].map((signer: Signer) => ({ keys: [fingerprint(signer.spki)] })),
      ...notes.map(([name, bytes]) => ({ kept: [{ name, bytes }] })),
    ];
    for (const files of [archive, evidence]) {
      for (const options of outside) {
        expect(await verify(filesOf(files), options)).toMatchObject({ verdict: 'proved', findings: [] });
      }
      expect((await verify(filesOf(files), { keys: [fingerprint(newSigner().spki)] })).verdict).toBe('broken');
    }
    const [ledger] = (await verify(filesOf(evidence))).ledgers;
    expect(ledger?.first).toBeGreaterThan(0);
    expect(ledger?.checkpoint?.signedBy).toEqual([fingerprint(next.spki)]);
  });
});
