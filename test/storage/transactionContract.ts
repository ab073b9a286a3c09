/** The part of the storage contract that is about transactions: all or nothing, one winner, and versions that tell. */

import { expect, it } from 'vitest';
import type { RowChange } from '../../shared/storage/port.ts';
import { type Contract, collect } from './contract.ts';
import { insert, read, remove, replace, upsert } from './rowChanges.ts';

/** Declares the tests; the caller has opened a `describe`. */
export function transactionContract(contract: Contract): void {
  conflicts(contract);
  versions(contract);
  transactions(contract);
  racing(contract);
}

/** An etag that was of the row before its last write. */
async function staleEtag(contract: Contract, partition: string, key: string): Promise<string> {
  const { etag } = await read(contract, partition, key);
  await contract.apply(partition, upsert(key, { written: 'again' }));
  return etag;
}

/** Changes that must be refused on a partition where `held` exists, `gone` does not, and `stale` is an old version of `held`. */
const REFUSED: Readonly<Record<string, (stale: string) => RowChange>> = {
  'the insert of a row that exists': () => insert('held', { by: 'loser' }),
  'the replacement of another version': (stale) => replace('held', stale, { by: 'loser' }),
  'the replacement of an absent row': (stale) => replace('gone', stale, { by: 'loser' }),
  'the deletion of another version': (stale) => remove('held', stale),
  'the deletion of an absent row': (stale) => remove('gone', stale),
};

function conflicts(contract: Contract): void {
  const prepare = async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('held', { by: 'first' }));
    const stale = await staleEtag(contract, partition, 'held');
    return { partition, stale, before: await collect(contract.state().list(partition, 'a', 'z')) };
  };

  it.each(Object.entries(REFUSED))('answers conflict to %s, and changes nothing', async (_, refused) => {
    const { partition, stale, before } = await prepare();
    expect(await contract.state().commit(partition, [refused(stale)])).toBe('conflict');
    expect(await collect(contract.state().list(partition, 'a', 'z'))).toEqual(before);
  });

  it.each(Object.entries(REFUSED))('rolls the whole transaction back for %s, first or last', async (_, refused) => {
    const { partition, stale, before } = await prepare();
    const good = [insert('new1'), upsert('new2'), upsert('new3')];
    for (const order of [
      [refused(stale), ...good],
      [...good, refused(stale)],
    ]) {
      expect(await contract.state().commit(partition, order)).toBe('conflict');
      expect(await collect(contract.state().list(partition, 'a', 'z'))).toEqual(before);
    }
  });

  it('rolls back a replacement and a deletion that came before the conflict', async () => {
    const { partition, stale } = await prepare();
    await contract.apply(partition, insert('other', { by: 'first' }), insert('third', { by: 'first' }));
    const [other, third] = [await read(contract, partition, 'other'), await read(contract, partition, 'third')];
    const order = [replace('other', other.etag, { by: 'loser' }), remove('third', third.etag), replace('held', stale)];
    expect(await contract.state().commit(partition, order)).toBe('conflict');
    expect((await read(contract, partition, 'other')).values).toEqual({ by: 'first' });
    expect((await read(contract, partition, 'third')).values).toEqual({ by: 'first' });
  });
}

function versions(contract: Contract): void {
  it('gives every write an etag of its own, even of the same values', async () => {
    const partition = contract.newPartition();
    const etags = new Set<string>();
    for (let write = 0; write < 10; write += 1) {
      await contract.apply(partition, upsert('row', { a: 1 }));
      etags.add((await read(contract, partition, 'row')).etag);
    }
    expect(etags.size).toBe(10);
  });

  it('does not change the etag of a row by reading it, or by writing its neighbours', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('row'), insert('neighbour'));
    const { etag } = await read(contract, partition, 'row');
    await contract.apply(partition, upsert('neighbour', { a: 1 }));
    expect((await read(contract, partition, 'row')).etag).toBe(etag);
  });

  it('gives the same row by key and in a list', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('row', { a: 1 }));
    expect(await collect(contract.state().list(partition, 'row', 'row~'))).toEqual([
      await read(contract, partition, 'row'),
    ]);
  });

  it('dates a write by whole milliseconds, within the call that made it', async () => {
    const partition = contract.newPartition();
    const before = Date.now();
    await contract.apply(partition, insert('row'));
    const after = Date.now();
    const { writtenAt } = await read(contract, partition, 'row');
    expect(Number.isInteger(writtenAt)).toBe(true);
    expect(writtenAt).toBeGreaterThanOrEqual(before);
    expect(writtenAt).toBeLessThanOrEqual(after);
  });
}

function transactions(contract: Contract): void {
  it('applies the four kinds of change together', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('delete'), insert('replace', { a: 1 }), insert('upsert', { a: 1 }));
    const order = [
      remove('delete', (await read(contract, partition, 'delete')).etag),
      insert('insert', { a: 2 }),
      replace('replace', (await read(contract, partition, 'replace')).etag, { a: 2 }),
      upsert('upsert', { a: 2 }),
    ];
    await contract.apply(partition, ...order);
    const rows = await collect(contract.state().list(partition, 'a', 'z'));
    expect(rows.map((row) => [row.key, row.values])).toEqual(
      ['insert', 'replace', 'upsert'].map((key) => [key, { a: 2 }]),
    );
  });

  it('takes 100 changes', async () => {
    const partition = contract.newPartition();
    const keys = Array.from({ length: 100 }, (_, row) => `row${String(row).padStart(3, '0')}`);
    await contract.apply(partition, ...keys.map((key) => insert(key, { key })));
    const rows = await collect(contract.state().list(partition, 'row', 'row~'));
    expect(rows.map((row) => row.values.key)).toEqual(keys);
    await contract.apply(partition, ...rows.map((row) => remove(row.key, row.etag)));
    expect(await collect(contract.state().list(partition, 'row', 'row~'))).toEqual([]);
  });
}

function racing(contract: Contract): void {
  /** Every racer commits at once; the keys of the winners by their answers. */
  const race = async (partition: string, change: (racer: number) => RowChange[]) => {
    const racers = Array.from({ length: 20 }, (_, racer) => racer);
    const answers = await Promise.all(racers.map((racer) => contract.state().commit(partition, change(racer))));
    return racers.filter((racer) => answers[racer] === 'done');
  };
  /** Exactly one racer wrote, and it was told so, unless its answer was lost. */
  const expectOneWinner = async (partition: string, winners: number[]) => {
    const winner = (await read(contract, partition, 'prize')).values.racer as number;
    expect(contract.answersGetLost ? [[], [winner]] : [[winner]]).toContainEqual(winners);
    const rows = await collect(contract.state().list(partition, 'mark', 'mark~'));
    expect(rows.map((row) => row.key)).toEqual([`mark${winner}`]);
  };

  it('lets one of 20 racing inserts win, with all of its transaction', async () => {
    const partition = contract.newPartition();
    const winners = await race(partition, (racer) => [insert(`mark${racer}`), insert('prize', { racer })]);
    await expectOneWinner(partition, winners);
  });

  it('lets one of 20 racing replacements of one version win, with all of its transaction', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('prize'));
    const { etag } = await read(contract, partition, 'prize');
    const winners = await race(partition, (racer) => [upsert(`mark${racer}`), replace('prize', etag, { racer })]);
    await expectOneWinner(partition, winners);
  });

  it('counts exactly when every racer reads, adds one and tries again', async () => {
    const partition = contract.newPartition();
    await contract.apply(partition, insert('count', { value: 0 }));
    const addOne = async (racer: number) => {
      for (let done = false; !done; ) {
        const row = await read(contract, partition, 'count');
        const added = [replace('count', row.etag, { value: Number(row.values.value) + 1 }), insert(`done${racer}`)];
        await contract.state().commit(partition, added);
        done = (await contract.state().get(partition, `done${racer}`)) !== undefined;
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, racer) => addOne(racer)));
    expect((await read(contract, partition, 'count')).values).toEqual({ value: 8 });
  });
}
