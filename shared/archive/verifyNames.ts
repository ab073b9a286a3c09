/** The files of an archive folder or of an evidence bundle, sorted by what their names say they are. */
import {
  fullName,
  LEDGER_CONTAINER,
  type LedgerId,
  ledgerName,
  parseArchiveContainer,
  parseCheckpointName,
  parseEntryName,
  parseSegmentName,
  splitName,
} from './names.ts';

/** What there is of one ledger. */
export interface LedgerFiles extends LedgerId {
  /** `<tenantId>/<logType>`. */
  readonly log: string;
  /** Numbers of the entries, ascending. */
  readonly seqs: readonly number[];
  /** Sizes of the checkpoints, ascending. */
  readonly sizes: readonly number[];
  /** Full names of the segments, and whether an entry was met that names them. */
  readonly segments: Map<string, boolean>;
}

export interface SortedNames {
  readonly ledgers: readonly LedgerFiles[];
  /** Names that are none of the format's. */
  readonly others: readonly string[];
}

export function sortNames(names: Iterable<string>): SortedNames {
  const ledgers = new Map<string, Draft>();
  const others: string[] = [];
  for (const name of names) if (!place(ledgers, name)) others.push(name);
  const ascending = (a: number, b: number) => a - b;
  const sorted = [...ledgers.values()].map((draft) => ({
    ...draft,
    seqs: draft.seqs.sort(ascending),
    sizes: draft.sizes.sort(ascending),
  }));
  return { ledgers: sorted.sort((a, b) => (a.log < b.log ? -1 : 1)), others: others.sort() };
}

type Draft = LedgerId & { log: string; seqs: number[]; sizes: number[]; segments: Map<string, boolean> };

/** Puts a name where it belongs; `false` when it is not one of the format. */
function place(ledgers: Map<string, Draft>, full: string): boolean {
  if (full.indexOf('/') <= 0) return false;
  const [container, name] = splitName(full);
  if (container === LEDGER_CONTAINER) {
    const entry = parseEntryName(name);
    if (entry) draftOf(ledgers, entry).seqs.push(entry.seq);
    const checkpoint = parseCheckpointName(name);
    if (checkpoint) draftOf(ledgers, checkpoint).sizes.push(checkpoint.size);
    return entry !== undefined || checkpoint !== undefined;
  }
  const segment = parseArchiveContainer(container) === undefined ? undefined : parseSegmentName(name);
  if (segment) draftOf(ledgers, segment).segments.set(fullName(container, name), false);
  return segment !== undefined;
}

function draftOf(ledgers: Map<string, Draft>, { tenantId, logType }: LedgerId): Draft {
  const log = ledgerName(tenantId, logType);
  const known = ledgers.get(log);
  if (known) return known;
  const draft: Draft = { tenantId, logType, log, seqs: [], sizes: [], segments: new Map() };
  ledgers.set(log, draft);
  return draft;
}
