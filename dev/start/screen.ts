/**
 * Where progress is shown: redrawn in place on a terminal, a line every few seconds elsewhere (a log file, CI).
 */
import type { ArchiveStatus } from './host.ts';
import { barLines, summaryLine, troubleLine } from './progress.ts';

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const LINE_EVERY_MS = 3000;
const FALLBACK_COLUMNS = 80;

/**
 * What draws progress on `out`.
 * @param elapsed monotonic milliseconds.
 */
export function createScreen(out: Output, elapsed: () => number) {
  let drawn = 0;
  let last = Number.NEGATIVE_INFINITY;
  let told = '';
  return (status: ArchiveStatus, target: number): void => {
    if (out.isTTY) {
      const columns = (out.columns ?? FALLBACK_COLUMNS) - 1;
      const lines = [...barLines(status, target, columns), troubleLine(status).slice(0, columns)];
      const up = drawn > 0 ? `\x1b[${drawn}A` : '';
      out.write(up + lines.map((line) => `\x1b[2K${line}\n`).join(''));
      drawn = lines.length;
    } else if (elapsed() - last >= LINE_EVERY_MS) {
      out.write(`${summaryLine(status, target)}\n`);
      last = elapsed();
      const trouble = troubleLine(status);
      if (trouble !== '' && trouble !== told) out.write(`  ${trouble}\n`);
      told = trouble;
    }
  };
}
