/**
 * The reads of one instance, as Graph saw them: which were shown whole, and which the instance then went on from.
 *
 * An instance that has read a window whole and goes on (asks for another window of the log type, or ends its run) without
 * any call having failed since has acknowledged it: from then on all that the read showed must be in the archive.
 */
import { parseInstant } from '../../shared/archive/time.ts';
import type { LogType } from '../../shared/logTypes.ts';
import { SETTLE_SECONDS } from '../support/flowHarness.ts';
import type { PageShown } from './graph.ts';

/** A read that was shown whole. Bounds in seconds since 1970. */
export interface WholeRead {
  readonly logType: LogType;
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

interface Open {
  readonly window: { readonly from: number; readonly to: number };
  readonly logType: LogType;
  readonly lines: string[];
  /** Failures that the instance had met when its last page came; `undefined` before that. */
  whole: number | undefined;
}

export type Reads = ReturnType<typeof createReads>;

export function createReads(acknowledged: (read: WholeRead) => void) {
  const open = new Map<string, Open>();
  let failures = 0;

  function close(read: Open): void {
    open.delete(read.logType.name);
    if (read.whole === failures) acknowledged({ logType: read.logType, lines: read.lines, ...read.window });
  }

  return {
    /** A call of the instance failed. */
    failed() {
      failures += 1;
    },
    /** The instance asks Graph. */
    asks(url: string, logType: LogType) {
      if (url.includes('skiptoken')) return;
      const before = open.get(logType.name);
      if (before) close(before);
      open.set(logType.name, { window: windowOf(url, logType), logType, lines: [], whole: undefined });
    },
    /** The instance was handed a good page. */
    gets({ request, lines, last, graphSeconds }: PageShown) {
      const read = open.get(request.logType.name);
      if (!read) return;
      // By Graph's clock the window ends too late or begins too early: it will be asked for again, shorter.
      const days = read.logType.sourceRetentionDays ?? Number.POSITIVE_INFINITY;
      const { from, to } = read.window;
      if (to > graphSeconds - SETTLE_SECONDS || from < graphSeconds - days * 86_400) open.delete(read.logType.name);
      read.lines.push(...lines);
      if (last) read.whole = failures;
    },
    /** The instance has ended its run of its own accord. */
    ends() {
      for (const read of [...open.values()]) close(read);
    },
  };
}

/** The window behind a URL: Graph is asked 1 s wider where both ends are included, 2 s where they are not. */
function windowOf(url: string, logType: LogType): Open['window'] {
  const filter = new URL(url).searchParams.get('$filter') ?? '';
  const bound = (pattern: RegExp) => Date.parse(pattern.exec(filter)?.[1] ?? '') / 1000;
  const margin = logType.operators[0] === 'gt' ? 2 : 1;
  const from = bound(/ g[et] (\S+)/);
  return { from: Number.isNaN(from) ? 0 : from + margin, to: bound(/ l[et] (\S+)/) - margin };
}

/** Whether a row printed with this time belongs to a read's window. */
export function isInside(time: string, { from, to }: WholeRead): boolean {
  const [first, end] = [from, to].map((second) => parseInstant(new Date(second * 1000).toISOString()) ?? '');
  return first !== undefined && end !== undefined && time >= first && time < end;
}
