/** What the timers sign and the audits say, judged by the verifier as somebody with a copy of the containers runs it. */
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../shared/archive/ecdsa.ts';
import { verify } from '../../shared/archive/verify.ts';
import { auditLedgers } from '../../shared/audit.ts';
import { signLedgers } from '../../shared/checkpoint.ts';
import { rows, type World, worldOf } from '../support/flowHarness.ts';
import { filesOf } from '../support/signedArchive.ts';
import { archiveFiles } from '../support/signing.ts';
import { newSigner, signingInstance, signingWith } from '../support/signingWorld.ts';

const AUDITS = 'directoryAudits';
const NEVER = new AbortController().signal;
const [OLD, NEW] = [newSigner(), newSigner()] as const;

/** A copy as people make it: the containers of the archive, without what can be made anew. */
const copyOf = (world: World) =>
  filesOf(new Map([...archiveFiles(world)].filter(([name]) => !name.startsWith('work/'))));

describe('an archive that the timers signed', () => {
  it('is proved by its key; and by the key that signed before, which vouched for it', async () => {
    const { world, type } = worldOf(AUDITS);
    world.graph.add(AUDITS, ...rows(type, 200, '2026-11-19T13:00:00Z', 410));
    for (const signing of [signingWith(OLD), signingWith(OLD), signingWith(NEW, OLD), signingWith(NEW)]) {
      await world.collectAll(AUDITS);
      await signLedgers(signingInstance(world, signing), NEVER);
      await auditLedgers(world.instance(), NEVER);
      world.advance(3600);
    }
    await signLedgers(signingInstance(world, signingWith(NEW)), NEVER);
    for (const signer of [OLD, NEW]) {
      const report = await verify(copyOf(world), { keys: [fingerprint(signer.spki)] });
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ verdict: 'proved', kind: 'archive', errors: 0, warnings: 0 });
    }
    expect(await verify(copyOf(world), { keys: [fingerprint(newSigner().spki)] })).not.toMatchObject({
      verdict: 'proved',
    });
  });
});
