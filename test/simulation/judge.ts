/**
 * The judge of a simulation: looks at every write in the moment it takes effect, and at everything again at the end.
 *
 * It wraps the stores from the inside, so that requests that arrive late or twice are judged too, and it holds what was
 * true before each write against what is true after it. What it finds is reported, not thrown: the flow under test
 * would take it for a failing store.
 */
import { hash } from 'node:crypto';
import type { LogType } from '../../shared/logTypes.ts';
import type { BlobStore, StateStore } from '../../shared/storage/port.ts';
import { type Audit, checkEntry, checkLog, type LogReport, newAudit, timeOf } from '../support/archiveCheck.ts';
import type { MemoryStores } from '../support/memoryStores.ts';
import type { SimulatedGraph } from './graph.ts';
import { isInside, type WholeRead } from './reads.ts';
import { count, type Tally } from './tally.ts';

export interface JudgeOptions {
  readonly stores: MemoryStores;
  readonly graph: SimulatedGraph;
  readonly tenantId: string;
  readonly logTypes: readonly LogType[];
  readonly tally: Tally;
  /** Told of each violation. */
  readonly found: (violation: string) => void;
}

/** What a ledger said when it ended with some entry. */
interface Stand {
  readonly hash: string;
  readonly segments: number;
  readonly headTo: number | undefined;
}

interface Watched {
  readonly logType: LogType;
  readonly ledger: string;
  readonly audit: Audit;
  readonly stands: Stand[];
}

export type Judge = ReturnType<typeof createJudge>;

export function createJudge({ stores, graph, tenantId, logTypes, tally, found }: JudgeOptions) {
  const watched = logTypes.map((logType): Watched => {
    return { logType, ledger: `${tenantId}/${logType.name}`, audit: newAudit(), stands: [] };
  });
  const born = new Map<string, string>();

  /** Runs a check; what it throws is a violation. */
  function judge(check: () => void): void {
    try {
      check();
    } catch (error) {
      found((error as Error).message);
    }
  }

  const blobs: BlobStore = {
    ...stores.blobs,
    async putIfAbsent(container, name, bytes) {
      const before = stores.containers.get(container)?.get(name);
      const answer = await stores.blobs.putIfAbsent(container, name, bytes);
      const after = stores.containers.get(container)?.get(name);
      judge(() => {
        if (before && after !== before) throw new Error(`${name} was overwritten`);
        if (answer === 'stored' && !after?.equals(bytes)) throw new Error(`${name} is said to be stored and is not`);
        if (before || !after) return;
        born.set(`${container}/${name}`, hash('sha256', after));
        const log = watched.find(({ ledger }) => container === 'ledger' && name.startsWith(`${ledger}/`));
        if (log) committed(log, name, after);
      });
      return answer;
    },
  };

  function committed(log: Watched, name: string, bytes: Buffer): void {
    const { audit, ledger, logType, stands } = log;
    const expected = `${ledger}/${String(audit.entries.length).padStart(12, '0')}.json`;
    if (name !== expected) throw new Error(`${name} was created where ${expected} is the next`);
    checkEntry({ stores, graph, logType, ledger }, audit, bytes);
    const entry = audit.entries.at(-1);
    const segments = entry?.kind === 'read' ? entry.segments.length : 0;
    stands.push({ hash: audit.hash, segments: (stands.at(-1)?.segments ?? 0) + segments, headTo: audit.head?.to });
    count(tally, entry?.kind === 'read' ? `entry: read ${entry.read.why}` : `entry: ${entry?.kind}`);
  }

  const state: StateStore = {
    ...stores.state,
    async commit(partition, changes) {
      const answer = await stores.state.commit(partition, changes);
      if (answer === 'conflict') count(tally, 'race: table already written');
      const log = watched.find(({ ledger }) => partition === ledger.replace('/', '|'));
      if (log) judge(() => reflected(log, partition));
      return answer;
    },
  };

  /** The table never runs ahead of the ledger, and shows as many segments as its watermark stands for. */
  function reflected({ stands, ledger }: Watched, partition: string): void {
    const rows = stores.partitions.get(partition) ?? new Map();
    const values = rows.get('watermark')?.values;
    const stand = values ? stands[values.seq] : { hash: undefined, segments: 0, headTo: undefined };
    if (!stand) throw new Error(`the watermark of ${ledger} names entry ${values.seq}, which is not there`);
    const segments = [...rows.keys()].filter((key) => key.startsWith('segment|')).length;
    const says = { hash: values?.hash, segments, headTo: values?.headTo };
    if (says.hash !== stand.hash || says.segments !== stand.segments || says.headTo !== stand.headTo) {
      throw new Error(`the table of ${ledger} says ${JSON.stringify(says)} and its ledger ${JSON.stringify(stand)}`);
    }
  }

  return {
    blobs,
    state,
    /** A read was shown whole, and its reader went on: all of it is in the archive. */
    acknowledged(read: WholeRead) {
      count(tally, 'read: acknowledged');
      judge(() => {
        const seen = watched.find(({ logType }) => logType === read.logType)?.audit.seen;
        const lost = read.lines.filter((line) => isInside(timeOf(line, read.logType), read) && !seen?.has(line));
        if (lost.length > 0) throw new Error(`acknowledged and not in the archive of ${read.logType.name}: ${lost}`);
      });
    },
    /** Where the head of a log type stands: seconds since 1970. */
    headOf: (name: string) => watched.find(({ logType }) => logType.name === name)?.audit.head?.to,
    /** Everything from scratch. `wanted` says which of the rows that Graph still has must be in the archive. */
    finish(wanted: (line: string) => boolean) {
      for (const [name, sha256] of born) {
        judge(() => {
          const slash = name.indexOf('/');
          const bytes = stores.containers.get(name.slice(0, slash))?.get(name.slice(slash + 1));
          if (!bytes || hash('sha256', bytes) !== sha256) throw new Error(`${name} is gone or has changed`);
        });
      }
      for (const { logType } of watched) {
        judge(() => {
          const report = checkLog(stores, graph, tenantId, logType);
          count(tally, 'segment: unreferenced', report.unreferenced.length);
          count(tally, 'segment: named', report.entries.flatMap((e) => (e.kind === 'read' ? e.segments : [])).length);
          if (report.applied !== report.entries.length) throw new Error(`the table of ${logType.name} is behind`);
          missing(logType, report, wanted);
        });
      }
    },
  };

  function missing(logType: LogType, { head, entries, lines }: LogReport, wanted: (line: string) => boolean): void {
    const gaps = entries.flatMap((entry) => (entry.kind === 'gap' ? [entry.gap] : []));
    const spans = gaps.map(({ from, to }) => ({ from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 }));
    const stored = new Set(lines);
    const lost = graph.present(logType.name).filter(({ line }) => {
      const time = timeOf(line, logType);
      const within = (span: { from: number; to: number }) => isInside(time, { logType, lines: [], ...span });
      return wanted(line) && head && within(head) && !spans.some(within) && !stored.has(line);
    });
    if (lost.length > 0) throw new Error(`shown and not in the archive of ${logType.name}: ${lost[0]?.line}`);
  }
}
