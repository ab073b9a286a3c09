/**
 * How far a pull is, as text: one bar for each log type on a terminal, one line for all elsewhere.
 */
import type { ArchiveStatus, LogTypeStatus } from './host.ts';

const BAR_CELLS = 24;

/**
 * The share of the walk that is done, 0 to 1: from where it began to `target` (milliseconds since 1970).
 * It is 1 only when the target is reached.
 */
export function shareDone({ from, watermark }: LogTypeStatus, target: number): number {
  if (from === null || watermark === null) return 0;
  const reached = Date.parse(watermark);
  if (reached >= target) return 1;
  return Math.max(0, (reached - Date.parse(from)) / (target - Date.parse(from)));
}

/** A line for each log type, none longer than `columns`. */
export function barLines({ logTypes }: ArchiveStatus, target: number, columns: number): string[] {
  const nameWidth = Math.max(...logTypes.map(({ logType }) => logType.length));
  return logTypes.map((status) => {
    const share = shareDone(status, target);
    const filled = Math.floor(share * BAR_CELLS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    const state = status.state === 'healthy' ? '' : `  ${status.state}`;
    const line = `${status.logType.padEnd(nameWidth)} ${bar} ${percent(share)} ${count(status.records).padStart(11)} records${state}`;
    return line.slice(0, columns);
  });
}

/** One line: the whole, and the log types that are not there yet. */
export function summaryLine({ logTypes }: ArchiveStatus, target: number): string {
  const records = logTypes.reduce((sum, status) => sum + status.records, 0);
  const shares = logTypes.map((status) => shareDone(status, target));
  const whole = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  const open = logTypes
    .filter((_, index) => shares[index] !== 1)
    .map((status) => `${status.logType} ${percent(shareDone(status, target)).trim()}${noteOf(status)}`);
  return `pulled ${percent(whole).trim()}, ${count(records)} records${open.length > 0 ? `; ${open.join(', ')}` : ''}`;
}

/** What went wrong last with a log type that is not healthy; empty when all are. */
export function troubleLine({ logTypes }: ArchiveStatus): string {
  const errors = logTypes.flatMap(({ state, lastError }) => (state !== 'healthy' && lastError ? [lastError] : []));
  return errors.toSorted((a, b) => (a.time < b.time ? 1 : -1))[0]?.message ?? '';
}

/** Never rounded up: 100 % is all of it. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`.padStart(5);
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

function noteOf({ state }: LogTypeStatus): string {
  return state === 'healthy' ? '' : ` (${state})`;
}
