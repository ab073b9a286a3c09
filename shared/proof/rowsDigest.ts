/**
 * A digest of a set of rows, whatever their order: two indexes of a million rows are compared in constant memory.
 *
 * It finds what went wrong by accident. It proves nothing against somebody who forges rows to match, which the index
 * needs not: it can be made anew from the ledger at any time.
 */
import { hash } from 'node:crypto';
import type { RowValues } from '../storage/port.ts';

export class RowsDigest {
  readonly #sum = Buffer.alloc(32);
  #rows = 0;

  add(key: string, values: RowValues): void {
    const fields = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
    const digest = hash('sha256', JSON.stringify([key, fields]), 'buffer');
    for (let at = 0; at < digest.length; at += 1) this.#sum[at] = (this.#sum[at] as number) ^ (digest[at] as number);
    this.#rows += 1;
  }

  equals(other: RowsDigest): boolean {
    return this.#rows === other.#rows && this.#sum.equals(other.#sum);
  }
}
