/**
 * The life of a tenant's rows: they happen, are shown at once or late, change, repeat, vanish, and are forgotten.
 *
 * All of it is decided by the seed and by the simulation's clock, none of it by what the instances do.
 */
import type { LogType } from '../../shared/logTypes.ts';
import { row } from '../support/flowHarness.ts';
import type { GraphRow, SimulatedGraph } from './graph.ts';
import type { Plan } from './plan.ts';
import { count, type Tally } from './tally.ts';

/** Something that the tenant does at a time (milliseconds since 1970). */
interface Event {
  readonly at: number;
  do(): void;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Tenant = ReturnType<typeof createTenant>;

export function createTenant(
  plan: Plan,
  graph: SimulatedGraph,
  logTypes: readonly LogType[],
  random: () => number,
  tally: Tally,
) {
  let events: Event[] = [];
  let ids = 0;
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least));

  /** Plans the life of one row that happens at `at`. */
  function happen(logType: LogType, at: number): void {
    const id = `${logType.name}-${ids++}`;
    const late = random() < 0.2;
    const shownAt = at + (late ? between(HOUR, 30 * HOUR) : between(0, 5 * MINUTE));
    const undated = logType.state && random() < 0.05;
    events.push({
      at: shownAt,
      do: () => {
        count(tally, late ? 'row: late' : undated ? 'row: undated' : 'row: on time');
        const shown = graph.add(logType, undated ? row(logType, id, null) : rowAt(logType, id, at, 0));
        const fate = random();
        if (fate < 0.1) change(logType, id, shown, at, shownAt + between(MINUTE, 20 * HOUR));
        else if (fate < 0.17) vanish(shown, shownAt + between(MINUTE, 20 * HOUR));
      },
    });
  }

  /** A row with an edge time now and then, and with Graph comparing more finely than it prints. */
  function rowAt(logType: LogType, id: string, at: number, version: number) {
    const edge = random();
    const second = Math.floor(at / 1000) * 1000;
    const exact = edge < 0.1 ? Math.floor(at / HOUR) * HOUR : edge < 0.2 ? second + 999 : second;
    const printed = new Date(exact).toISOString();
    const text = edge >= 0.1 && edge < 0.2 ? printed.replace('.999Z', '.9999999Z') : printed.replace('.000Z', 'Z');
    const compared = edge >= 0.2 && edge < 0.3 ? printed.replace('.000Z', '.9876543Z') : text;
    return row(logType, id, text, compared, version > 0 ? `,"v":${version}` : '');
  }

  /** Another version comes: where records move it takes the row's place at a newer time, else either may stay. */
  function change(logType: LogType, id: string, shown: GraphRow, happened: number, at: number): void {
    events.push({
      at,
      do: () => {
        count(tally, 'row: changed');
        if (logType.moving || random() < 0.7) graph.remove(shown);
        graph.add(logType, rowAt(logType, id, logType.moving ? at : happened, 1));
      },
    });
  }

  function vanish(shown: GraphRow, at: number): void {
    events.push({
      at,
      do: () => {
        count(tally, 'row: vanished');
        graph.remove(shown);
      },
    });
  }

  /** Rows that the source no longer keeps go. */
  function forget(now: number): void {
    for (const logType of logTypes) {
      if (logType.sourceRetentionDays === undefined) continue;
      const edge = new Date(now - logType.sourceRetentionDays * DAY).toISOString();
      for (const held of graph.present(logType.name)) {
        if (held.compared === undefined || held.compared >= edge) continue;
        count(tally, 'row: forgotten');
        graph.remove(held);
      }
    }
  }

  return {
    /** Plans what happens in `[from, to)`, milliseconds since 1970. */
    plan(from: number, to: number) {
      for (const logType of logTypes) {
        const rows = ((to - from) / DAY) * plan.rowsPerDay;
        const whole = Math.floor(rows) + (random() < rows % 1 ? 1 : 0);
        for (let n = 0; n < whole; n += 1) happen(logType, between(from, to));
      }
    },
    /** Rows an hour apart that are there from the start, of types that show everything at the first read. */
    fill(before: number) {
      for (const logType of logTypes.filter(({ state }) => state)) {
        for (let n = 0; n < plan.hourlyRows; n += 1) {
          graph.add(logType, rowAt(logType, `old-${n}`, before - n * HOUR, 0));
        }
      }
    },
    /** Lets everything come true that is due at `now`. */
    live(now: number) {
      const due = events.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      events = events.filter(({ at }) => at > now);
      for (const event of due) event.do();
      forget(now);
    },
    /** Does the next thing before its time: while pages are being read. */
    hurry() {
      const [next] = events.sort((a, b) => a.at - b.at);
      if (!next) return;
      events = events.filter((event) => event !== next);
      next.do();
    },
  };
}
