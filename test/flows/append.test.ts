/** The one place where entries are written: what becomes of an attempt that another instance was faster than. */
import { describe, expect, it } from 'vitest';
import { append, appendWhileNeeded, type EntryBody } from '../../shared/append.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { worldOf } from '../support/flowHarness.ts';
import { writeOf } from '../support/storeHooks.ts';

const AUDITS = 'directoryAudits';

const gap = (cause: string): EntryBody => ({
  kind: 'gap',
  gap: { from: '2026-11-20T08:00:00Z', to: '2026-11-20T09:00:00Z', cause, recoverableUntil: null },
});

/** An instance that `times` times finds another's entry under the number that it wants. */
function outrun(times: number) {
  const { world, type } = worldOf(AUDITS);
  const other = world.instance();
  let lost = 0;
  const ours = world.instance(async (call, run) => {
    if (writeOf(call) === 'entry' && lost < times) {
      lost += 1;
      await append(other, type, await applyLedger(other, AUDITS), gap(`theirs ${lost}`));
    }
    return run();
  });
  const causes = () =>
    world.check(AUDITS).entries.map((entry) => (entry.kind === 'gap' ? entry.gap.cause : entry.kind));
  return { type, ours, causes };
}

describe('one attempt', () => {
  it('is stored under the next number, and applied', async () => {
    const { type, ours, causes } = outrun(0);
    const { outcome, ledger } = await append(ours, type, await applyLedger(ours, AUDITS), gap('ours'));
    expect({ outcome, seq: ledger.seq, causes: causes() }).toEqual({ outcome: 'stored', seq: 0, causes: ['ours'] });
  });

  it('that another was faster than leaves the ledger to the other, whose entry is applied', async () => {
    const { type, ours, causes } = outrun(1);
    const { outcome, ledger } = await append(ours, type, await applyLedger(ours, AUDITS), gap('ours'));
    expect({ outcome, seq: ledger.seq, causes: causes() }).toEqual({ outcome: 'taken', seq: 0, causes: ['theirs 1'] });
  });

  it('ends with an error where the store says that the number is taken and lists nothing there', async () => {
    const { world, type } = worldOf(AUDITS);
    const deps = world.instance();
    const lying = { ...deps, blobs: { ...deps.blobs, putIfAbsent: async () => 'taken' as const } };
    const attempt = append(lying, type, await applyLedger(deps, AUDITS), gap('ours'));
    await expect(attempt).rejects.toThrow(/000000000000\.json is taken, and no listing shows it$/);
  });
});

describe('what is needed', () => {
  it('is appended behind the others, however many are faster', async () => {
    const { type, ours, causes } = outrun(25);
    const seen: number[] = [];
    const ledger = await appendWhileNeeded(ours, type, await applyLedger(ours, AUDITS), ({ seq }) => {
      seen.push(seq);
      return gap('ours');
    });
    expect(causes()).toEqual([...Array.from({ length: 25 }, (_unused, n) => `theirs ${n + 1}`), 'ours']);
    // Judged by every ledger that it met.
    expect(seen).toEqual(Array.from({ length: 26 }, (_unused, n) => n - 1));
    expect(ledger.seq).toBe(25);
  });

  it('is left unsaid once the entry of another has said it', async () => {
    const { type, ours, causes } = outrun(1);
    const ledger = await appendWhileNeeded(ours, type, await applyLedger(ours, AUDITS), ({ seq }) =>
      seq < 0 ? gap('ours') : undefined,
    );
    expect({ causes: causes(), seq: ledger.seq }).toEqual({ causes: ['theirs 1'], seq: 0 });
  });
});
