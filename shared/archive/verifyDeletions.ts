/**
 * Holds and deletions as a verifier judges them: which absences the ledger accounts for.
 *
 * A segment may be absent only if an entry under the checkpoint says that it is going to be deleted: after its
 * retention, under no hold that was open at that point of the ledger, and with the hash and the count of the entry that
 * committed it. Entries come in the order of the ledger.
 */
import { hourInName, termsWindow } from './deletions.ts';
import type { DeleteEntry, DoomedSegment, Entry, HoldEntry, SegmentInfo } from './entryTypes.ts';
import { holdsHour } from './holds.ts';
import type { Inspection } from './verifyInspection.ts';
import type { Window } from './window.ts';

/** What the ledger says of a segment's end: that it was meant, or that it was carried out. */
export type Fate = 'delete' | 'deleted';

type Committed = Pick<SegmentInfo, 'sha256' | 'records' | 'retainUntil'>;

export class DeletionChecks {
  readonly #inspection: Inspection;
  /** Whether every entry from the first on is at hand. */
  readonly #isWhole: boolean;
  readonly #committed = new Map<string, Committed>();
  readonly #holds = new Map<string, Window>();
  readonly #fates = new Map<string, Fate>();
  /** Of those that no entry names. */
  readonly #orphans = new Map<string, Fate>();

  constructor(inspection: Inspection, isWhole: boolean) {
    this.#inspection = inspection;
    this.#isWhole = isWhole;
  }

  /** @param file the entry's name. */
  add(file: string, entry: Entry): void {
    if (entry.kind === 'read') for (const segment of entry.segments) this.#commit(segment);
    if (entry.kind === 'hold') this.#hold(file, entry);
    if (entry.kind === 'release' && !this.#holds.delete(entry.release.id)) {
      this.#inspection.warning('release-unknown', file, 'releases a hold that is not open');
    }
    if (entry.kind === 'delete') for (const segment of entry.delete.segments) this.#doom(file, entry, segment);
    if (entry.kind === 'deleted') for (const segment of entry.deleted.segments) this.#end(file, segment);
  }

  /** What becomes of a segment that an entry names; `undefined` where it is to be kept. */
  fateOf(name: string): Fate | undefined {
    return this.#fates.get(name);
  }

  /** Whether a segment that no entry names is said to be gone. */
  isGoneOrphan(name: string): boolean {
    return this.#orphans.get(name) === 'deleted';
  }

  #commit({ name, sha256, records, retainUntil }: SegmentInfo): void {
    if (!this.#committed.has(name)) this.#committed.set(name, { sha256, records, retainUntil });
  }

  #hold(file: string, { hold }: HoldEntry): void {
    if (this.#holds.has(hold.id)) this.#inspection.warning('hold-twice', file, 'places a hold that is open already');
    this.#holds.set(hold.id, termsWindow(hold));
  }

  #doom(file: string, { time }: DeleteEntry, segment: DoomedSegment): void {
    const { name, orphan } = segment;
    const fault = orphan ? this.#faultOfOrphan(name) : this.#faultOf(segment);
    const hour = hourInName(name);
    const isHeld = [...this.#holds.values()].some((hold) => holdsHour(hold, hour));
    if (fault !== undefined) this.#inspection.error('deletion-differs', file, `deletes ${name}, which ${fault}`);
    // That its retention was over by then is a rule of the entry itself.
    else if (isHeld) this.#inspection.error('deletion-held', file, `deletes ${name} at ${time}, under a legal hold`);
    else (orphan ? this.#orphans : this.#fates).set(name, 'delete');
  }

  #faultOf({ name, sha256, records, retainUntil }: DoomedSegment): string | undefined {
    const committed = this.#committed.get(name);
    if (!committed) return this.#isWhole ? 'no earlier entry names' : undefined;
    if (this.#fates.has(name)) return 'an earlier entry deletes';
    const isSame =
      committed.sha256 === sha256 && committed.records === records && committed.retainUntil === retainUntil;
    return isSame ? undefined : 'its entry gave another hash, count or retention';
  }

  #faultOfOrphan(name: string): string | undefined {
    return this.#committed.has(name) ? 'is no orphan: an earlier entry names it' : undefined;
  }

  #end(file: string, { name, orphan }: DoomedSegment): void {
    const fates = orphan ? this.#orphans : this.#fates;
    if (fates.has(name)) fates.set(name, 'deleted');
    else if (this.#isWhole || this.#committed.has(name)) {
      this.#inspection.error(
        'deletion-unmeant',
        file,
        `says that ${name} is deleted, and no entry before meant it to be`,
      );
    }
  }
}
