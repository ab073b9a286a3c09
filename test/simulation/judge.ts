/**
 * The judge of a simulation: looks at every write in the moment it takes effect, and at everything again at the end.
 *
 * It wraps the stores from the inside, so that requests that arrive late or twice are judged too, and it holds what was
 * true before each write against what is true after it. What it finds is reported, not thrown: the flow under test
 * would take it for a failing store.
 */
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Entry, ReadEntry } from '../../shared/archive/entry.ts';
import type { LogType } from '../../shared/logTypes.ts';
import type { StateStore } from '../../shared/storage/port.ts';
import { type Audit, checkEntry, checkLog, type LogReport, newAudit, timeOf } from '../support/archiveCheck.ts';
import type { MemoryStores } from '../support/memoryStores.ts';
import type { SimulatedGraph } from './graph.ts';
import { owedRows } from './promises.ts';
import { isInside, type WholeRead } from './reads.ts';
import { count, type Tally } from './tally.ts';
import { merged, type TrueSpan, trueCoverage, trueSchedule } from './truth.ts';
import { watchedBlobs } from './watchedBlobs.ts';

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

/** Seconds after which what was not read yet should have been: 15 minutes of settling, and two hours. */
export const OVERDUE = 900 + 7200;

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

  const blobs = watchedBlobs(stores, found, (container, name, bytes) => {
    born.set(`${container}/${name}`, hash('sha256', bytes));
    const log = watched.find(({ ledger }) => container === 'ledger' && name.startsWith(`${ledger}/`));
    if (log) judge(() => committed(log, name, bytes));
  });

  function committed(log: Watched, name: string, bytes: Buffer): void {
    const { audit, ledger, logType, stands } = log;
    const expected = `${ledger}/${String(audit.entries.length).padStart(12, '0')}.json`;
    if (name !== expected) throw new Error(`${name} was created where ${expected} is the next`);
    checkEntry({ stores, graph, logType, ledger }, audit, bytes);
    const entry = audit.entries.at(-1);
    const segments = entry?.kind === 'read' ? entry.segments.length : 0;
    if (entry?.kind === 'read') keptBySource(logType, entry.read);
    stands.push({ hash: audit.hash, segments: (stands.at(-1)?.segments ?? 0) + segments, headTo: audit.head?.to });
    count(tally, `entry: ${entry && nameOf(entry)}`);
  }

  /** What the source had forgotten when it was asked cannot be said to have been read. */
  function keptBySource({ name, sourceRetentionDays }: LogType, { from, to, graphDate }: ReadEntry['read']): void {
    if (sourceRetentionDays === undefined) return;
    const edge = Date.parse(graphDate) / 1000 - sourceRetentionDays * 86_400;
    if (Date.parse(from) / 1000 < edge) throw new Error(`${name} was read from ${from} to ${to} only at ${graphDate}`);
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
    /** What the archive says it holds is what its entries say, at `now` (seconds since 1970). */
    async covers(
      coverageOf: (logType: LogType, from: number, to: number) => Promise<readonly TrueSpan[]>,
      now: number,
    ) {
      for (const { logType, audit } of watched) {
        for (const range of rangesOf(logType, Math.floor(now))) {
          const computed = merged(await coverageOf(logType, ...range));
          const schedule = trueSchedule(logType.sourceRetentionDays);
          const expected = trueCoverage(audit.entries, schedule, range, Math.floor(now), OVERDUE);
          for (const { state } of expected) count(tally, `coverage: ${state}`);
          judge(() => requireSame(logType, expected, computed));
        }
      }
    },
    /** Everything from scratch, once all that was due by `now` (seconds since 1970) has been done. */
    finish(now: number) {
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
          missing(logType, report, now);
        });
      }
    },
  };

  /** What Graph has shown long enough for a sweep to find it is there. */
  function missing(logType: LogType, { entries, lines }: LogReport, now: number): void {
    const stored = new Set(lines);
    const owed = owedRows(entries, graph.present(logType.name), logType, now);
    count(tally, 'row: owed to a sweep', owed.length);
    const lost = owed.find(({ line }) => !stored.has(line));
    if (lost) throw new Error(`shown since ${iso(lost.since)} and not in the archive of ${logType.name}: ${lost.line}`);
  }
}

/** Seconds that asking for coverage may take: the hour may change meanwhile. */
const ASKING = 120;

/** The past and a little of the future, but for the hour that the source is forgetting: its pieces close together. */
function rangesOf({ sourceRetentionDays: days }: LogType, now: number): (readonly [from: number, to: number])[] {
  const [from, to] = [now - ((days ?? 5) + 2) * 86_400, now + 7200];
  if (days === undefined) return [[from, to]];
  const hourAt = (second: number) => Math.floor((second - days * 86_400) / 3600) * 3600;
  return [
    [from, hourAt(now)],
    [hourAt(now + ASKING) + 3600, to],
  ];
}

function requireSame({ name }: LogType, expected: readonly TrueSpan[], computed: readonly TrueSpan[]): void {
  const at = expected.findIndex((span, n) => !isDeepStrictEqual(span, computed[n]));
  if (at < 0 && computed.length === expected.length) return;
  const say = (span: TrueSpan | undefined) => span && `${iso(span.from)} to ${iso(span.to)} is ${span.state}`;
  throw new Error(`${name}: true is that ${say(expected[at])}; computed, that ${say(computed[at])}`);
}

function nameOf(entry: Entry): string {
  if (entry.kind === 'read') return `read ${entry.read.why}`;
  return entry.kind === 'gap' && entry.gap.unavailable !== undefined ? 'gap, unavailable' : entry.kind;
}

function iso(second: number): string {
  return new Date(second * 1000).toISOString();
}
