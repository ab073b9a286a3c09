/** Within a segment too a search opens only the blocks that can hold what it looks for. */
import { describe, expect, it } from 'vitest';
import { BLOCK_RECORDS } from '../../shared/archive/block.ts';
import { applyLedger } from '../../shared/ledger.ts';
import { type IndexedSegment, segmentsBetween } from '../../shared/segmentIndex.ts';
import { Sieve } from '../../shared/sketches.ts';
import { worldOf } from '../support/flowHarness.ts';
import { ALL, AUDITS, blind, idOf, keepAll, matcherOf, search, userRow } from '../support/searching.ts';
import { storeRows } from '../support/storedRows.ts';

const BLOCKS = 6;
const ROWS = BLOCKS * BLOCK_RECORDS;
const timeOf = (n: number) => new Date(Date.parse('2026-11-10T07:00:00Z') + n * 2500).toISOString();
/** Each block has its own users, and one that is nowhere else. */
const userAt = (n: number) => `user${Math.floor(n / BLOCK_RECORDS)}-${n % 30}@contoso.example`;
const search3 = matcherOf("initiatedBy/user/userPrincipalName eq 'user3-7@contoso.example'");

async function bigHour() {
  const { world, type } = worldOf(AUDITS, { sourceDays: 365 });
  const list = Array.from({ length: ROWS }, (_, n) => userRow(type, `r${n}`, timeOf(n), userAt(n)));
  await storeRows(world, type, list);
  await keepAll(world);
  return { world, type };
}

describe('the sketches of blocks', () => {
  it('leave open exactly the block that holds the user, and find the same records', async () => {
    const { world, type } = await bigHour();
    const deps = world.instance();
    await applyLedger(deps, AUDITS);
    const hour: IndexedSegment[] = await Array.fromAsync(segmentsBetween(deps, AUDITS, ALL.from, ALL.to));
    expect(hour).toHaveLength(1);
    const [sifted] = await new Sieve(deps, type, search3).sift(hour, false);
    const open = Array.from({ length: BLOCKS }, (_, n) => sifted?.mayHold?.(n));
    expect(open[3]).toBe(true);
    expect(open.filter((each) => each).length).toBeLessThanOrEqual(2);
    const found = await search(deps, type, search3);
    expect(found.map(idOf)).toEqual(
      Array.from({ length: ROWS }, (_, n) => n)
        .filter((n) => userAt(n) === 'user3-7@contoso.example')
        .map((n) => `r${n}`),
    );
    expect(found).toEqual(await search(deps, type, blind(search3)));
  });

  it('are not asked where a later version may have another user', async () => {
    const { world, type } = await bigHour();
    const deps = world.instance();
    // Record 607, of user3-7, is somebody else's now; and one of another block has become user3-7's.
    await storeRows(world, type, [
      userRow(type, 'r607', timeOf(607), 'other@contoso.example'),
      userRow(type, 'r5', timeOf(5), 'user3-7@contoso.example'),
    ]);
    await keepAll(world);
    const latest = (await search(deps, type, search3)).map(idOf);
    expect(latest).toContain('r5');
    expect(latest).not.toContain('r607');
    for (const versions of ['latest', 'all'] as const) {
      const sketched = await search(deps, type, search3, versions);
      expect(sketched).toEqual(await search(deps, type, blind(search3), versions));
    }
  });
});
