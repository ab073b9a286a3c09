import { describe, expect, it } from 'vitest';
import { noteProof, readProofNotes } from '../../shared/proof/proofRow.ts';
import { worldOf } from '../support/flowHarness.ts';
import { failing, interrupted } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';

describe('the notes on proofs', () => {
  it('name a checkpoint that only moves forward, whoever writes last', async () => {
    const { world } = worldOf(AUDITS);
    const deps = world.instance();
    await noteProof(deps, AUDITS, { size: 5, root: 'five', error: 'x' });
    await noteProof(deps, AUDITS, { size: 3, root: 'three', signedAt: 7, error: undefined });
    expect(await readProofNotes(deps, AUDITS)).toMatchObject({ size: 5, root: 'five', signedAt: 7, error: undefined });
    const slow = world.instance(
      interrupted(1, () => noteProof(deps, AUDITS, { size: 9, root: 'nine', generation: 2 })),
    );
    await noteProof(slow, AUDITS, { size: 7, root: 'seven', contradiction: 'c' });
    expect(await readProofNotes(deps, AUDITS)).toMatchObject({
      size: 9,
      root: 'nine',
      generation: 2,
      contradiction: 'c',
    });
  });

  it('are written once more when the answer to the first attempt was lost', async () => {
    const { world } = worldOf(AUDITS);
    await noteProof(world.instance(failing(1, 'twice')), AUDITS, { size: 5, root: 'five' });
    expect(await readProofNotes(world.instance(), AUDITS)).toMatchObject({
      size: 5,
      root: 'five',
      signedAt: undefined,
    });
  });
});
