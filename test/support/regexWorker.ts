/** A thread that runs patterns over hostile texts and tells of each before it begins: whoever listens can see one that never ends. */
import { parentPort, workerData } from 'node:worker_threads';

export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** Long enough that a step for each pair of characters takes minutes, and one for each character a moment. */
const LENGTH = 400_000;
const COMMON = [
  'a',
  'A',
  '0',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '"',
  "'",
  '\\',
  '/',
  '%',
  '-',
  '.',
  ':',
  'T',
  'Z',
  '=',
  '(',
  '{"',
  '\0',
  'é',
  '\u2028',
];

/** Runs of what the pattern itself is made of, and of what is common; each ended by something that no pattern ends with. */
export function hostileTexts({ source }: Pattern): string[] {
  const own = [...new Set(source.replace(/\\[a-zA-Z]/g, '').match(/[\w\s"'%/:.=;,@<>-]/g) ?? [])];
  const words = source.match(/[A-Za-z]{2,}/g) ?? [];
  const pairs = own.flatMap((one, n) => own.slice(n + 1, n + 3).map((other) => one + other));
  const units = [...new Set([...COMMON, ...own, ...words, ...pairs])];
  return units.flatMap((unit) => {
    const run = unit.repeat(Math.ceil(LENGTH / unit.length));
    return [`${run}\u0001`, `\u0001${run}`];
  });
}

if (parentPort) {
  for (const [n, { source, flags }] of (workerData as readonly Pattern[]).entries()) {
    for (const text of hostileTexts({ source, flags })) {
      parentPort.postMessage({ n, unit: text.slice(0, 12) });
      const pattern = new RegExp(source, flags);
      if (pattern.global) text.replace(pattern, '');
      else pattern.exec(text);
    }
  }
  parentPort.postMessage({ done: true });
}
