/** A text longer than one value of a row may be: Table Storage takes 32,768 characters. */
import type { RowValues } from './storage/port.ts';

/** Characters of one value. */
const CHUNK = 30_000;

/** The text as the values `c0`, `c1` and so on. */
export function chunks(text: string): Record<string, string> {
  const count = Math.max(1, Math.ceil(text.length / CHUNK));
  return Object.fromEntries(
    Array.from({ length: count }, (_unused, n) => [`c${n}`, text.slice(n * CHUNK, (n + 1) * CHUNK)]),
  );
}

/** The text that `chunks` cut. */
export function joinChunks(values: RowValues): string {
  let text = '';
  for (let n = 0; values[`c${n}`] !== undefined; n += 1) text += String(values[`c${n}`]);
  return text;
}
