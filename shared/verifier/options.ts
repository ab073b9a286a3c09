/** The command line of `verify.mjs`. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseInstant, secondsOf } from '../archive/time.ts';
import type { SegmentDepth, VerifyOptions } from '../archive/verifyTypes.ts';

export const HELP = `node verify.mjs <folder> [options]

Verifies an unpacked evidence bundle, or a copy of an archive with its containers as folders (ledger, archive-2555d).
It needs no network and changes nothing.

  --key SHA256          a key that you trust: the SHA-256 of the public key, from outside of the folder
  --checkpoint FILE     a checkpoint that you kept elsewhere
  --since, --until TIME the range to judge: UTC, such as 2026-11-20T00:00:00Z
  --now TIME            when coverage is judged at (default: the time of the newest entry that is signed)
  --segments DEPTH      full (default), hash (their SHA-256 only) or none
  --json                the report as JSON
  --help                this text

--key and --checkpoint may be given more than once. Without any of them the verdict is at best "only self-consistent".
Ends with 0: proved, 1: only self-consistent, 2: broken, 3: not used rightly.
`;

const DEPTHS: readonly SegmentDepth[] = ['full', 'hash', 'none'];

export interface Command {
  readonly folder: string;
  readonly asJson: boolean;
  readonly options: VerifyOptions;
}

/** @returns `undefined` when help was asked for. @throws Error that says which option is wrong. */
export function readCommand(argv: readonly string[]): Command | undefined {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const texts = { type: 'string', multiple: true } as const;
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      key: texts,
      checkpoint: texts,
      since: text,
      until: text,
      now: text,
      segments: text,
      json: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new Error('name one folder');
  const segments = DEPTHS.find((depth) => depth === (values.segments ?? 'full'));
  if (!segments) throw new Error(`--segments takes ${DEPTHS.join(', ')}`);
  const since = readTime('since', values.since);
  const until = readTime('until', values.until);
  if (since !== undefined && until !== undefined && since >= until) throw new Error('--until must lie after --since');
  return {
    folder,
    asJson: values.json ?? false,
    options: {
      keys: (values.key ?? []).map(readFingerprint),
      kept: (values.checkpoint ?? []).map((name) => ({ name, bytes: readFileSync(name) })),
      since,
      until,
      now: readTime('now', values.now),
      segments,
    },
  };
}

function readTime(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const instant = parseInstant(given);
  if (instant === undefined) throw new Error(`--${name} takes a time such as 2026-11-20T00:00:00Z`);
  return secondsOf(instant);
}

function readFingerprint(given: string): string {
  const hex = given.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error('--key takes a SHA-256: 64 hex digits');
  return hex;
}
